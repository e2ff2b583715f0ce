import type { Context } from 'hono'
import { putHeader } from '../http/answer-headers.ts'
import type { AppEnv } from '../http/app-env.ts'
import { oauthProblem, Problem } from '../kernel/problem.ts'
import type { SignedIn } from './complete-sign-in.ts'
import { DEVICE_SECONDS } from './complete-sign-in.ts'
import type { Blocked, PasswordRefusal } from './prove-password.ts'
import type { SignInEdge } from './sign-in-edge.ts'
import { goTo } from './sign-in-json.routes.ts'
import type { Visitor } from './visitor.ts'

/** How long to wait before asking again whether an administrator has helped. */
const DISABLED_RETRY_SECONDS = 3600

/** Who asks, as far as cookies and address tell; nothing of it is proven. */
export const visitorOf = (c: Context<AppEnv>, { cookies }: Pick<SignInEdge, 'cookies'>): Visitor => ({
  origin: c.env.origin,
  flowHash: cookies.flowHash(c),
  sessionToken: cookies.readSession(c),
  attemptToken: cookies.readAttempt(c),
  deviceToken: cookies.readDevice(c),
})

/** One message for every failure: it must not tell which accounts exist (OWASP ASVS 6.3.8). */
export const WRONG = 'The username or password is not right.'

/** A refusal for callers that prefer JSON; only who knows the password of an inactive user learns that there is one. */
export const asOAuth = (refusal: PasswordRefusal): Problem => {
  switch (refusal.kind) {
    case 'wrong':
      return oauthProblem('invalid_grant', WRONG)
    case 'inactive':
      return oauthProblem('invalid_grant', 'User is inactive')
    case 'throttled':
    case 'disabled':
      return new Problem({ kind: 'rate-limited', retryAfterSeconds: retryAfterSecondsOf(refusal) })
  }
}

/** Gives the browser its session and sends it on. */
export const answerSignedIn = (
  c: Context<AppEnv>,
  edge: Pick<SignInEdge, 'cookies' | 'publicUrl'>,
  { session, sessionToken, sessionSeconds, deviceToken, location }: SignedIn,
): Response => {
  const { cookies } = edge
  cookies.setSession(c, sessionToken, sessionSeconds)
  cookies.setDevice(c, deviceToken, DEVICE_SECONDS)
  cookies.clearAttempt(c)
  c.env.actor = { userId: session.userId }
  return goTo(c, edge, location)
}

export interface BlockedView {
  readonly status: 429
  readonly retryAfterSeconds?: number
  readonly error?: string
}

/** Says how long to wait, as a header and for the page. */
export const blockedView = (c: Context<AppEnv>, block: Blocked): BlockedView => {
  const seconds = retryAfterSecondsOf(block)
  putHeader(c, 'Retry-After', String(seconds))
  return block.kind === 'throttled'
    ? { status: 429, retryAfterSeconds: seconds }
    : { status: 429, error: 'Too many wrong tries. Ask your administrator to let you in again.' }
}

const retryAfterSecondsOf = (block: Blocked): number =>
  block.kind === 'throttled' ? block.retryAfterSeconds : DISABLED_RETRY_SECONDS
