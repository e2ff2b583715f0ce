import type { Cookies } from '../http/cookies.ts'
import type { Clock } from '../kernel/clock.ts'
import { hashSecretToken } from '../kernel/secret-token.ts'
import type { SessionStore } from './session.store.ts'
import type { BrowserSession } from './session.ts'

type Request = Parameters<Cookies['readSession']>[0]

/** The finished sign-in that the request's session cookie stands for; its user is named in the request's log line. */
export type SessionOf = (c: Request) => Promise<BrowserSession | undefined>

export interface SessionOfDeps {
  readonly cookies: Pick<Cookies, 'readSession'>
  readonly sessions: Pick<SessionStore, 'findBrowserSession'>
  readonly clock: Clock
}

/** Reads the session cookie with one indexed read per call; ended and expired sessions are none. */
export const createSessionOf =
  ({ cookies, sessions, clock }: SessionOfDeps): SessionOf =>
  async (c) => {
    const token = cookies.readSession(c)
    if (token === undefined) return undefined
    const session = await sessions.findBrowserSession(hashSecretToken(token), clock.now())
    if (session !== undefined) c.env.actor = { userId: session.userId }
    return session
  }

/** How old a sign-in may be to change what protects the account. */
export const RECENT_MILLISECONDS = 10 * 60 * 1000

/** Whether the sign-in is at most ten minutes old. */
export const isRecent = (session: Pick<BrowserSession, 'authenticatedAt'>, now: Date): boolean =>
  now.getTime() - session.authenticatedAt <= RECENT_MILLISECONDS
