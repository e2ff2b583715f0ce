import type { Context } from 'hono'
import type { AccountStore } from '../accounts/account.store.ts'
import type { AppEnv } from '../http/app-env.ts'
import type { Csrf } from '../http/csrf.ts'
import type { Form } from '../http/form.ts'
import { readForm } from '../http/form.ts'
import { prefersHtml } from '../http/negotiate.ts'
import { redirect } from '../http/respond.ts'
import { Problem } from '../kernel/problem.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { BrowserSession } from '../sessions/session.ts'
import type { TwoFactorChange } from './change-two-factor.ts'
import type { DisableTwoFactorDeps } from './disable-two-factor.ts'
import type { EnableTwoFactorDeps } from './enable-two-factor.ts'

/** What proving the password again came to. `proven`: the session counts as fresh from now on. */
export type Reproof =
  | { readonly kind: 'proven' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'disabled' }

export interface TwoFactorRoutesDeps extends EnableTwoFactorDeps, DisableTwoFactorDeps {
  readonly accounts: AccountStore
  readonly csrf: Csrf
  readonly currentSession: (c: Context<AppEnv>) => Promise<BrowserSession | undefined>
  /** The id of this browser, where it finished a sign-in of the user before. */
  readonly deviceIdOf: (c: Context<AppEnv>, userId: string) => Promise<string | undefined>
  /** Checks the password of the session's user, counted like every other, and renews the time of the session's sign-in. */
  readonly reprovePassword: (
    session: BrowserSession,
    password: string,
    origin: RequestOrigin,
    deviceId: string | undefined,
  ) => Promise<Reproof>
}

export const SETTINGS = '/auth/two-factor'
export const ENABLE = '/auth/two-factor/enable'
export const CONFIRM_PASSWORD = '/auth/two-factor/enable/confirm-password'
export const DISABLE = '/auth/two-factor/disable'

/**
 * The session of the browser, or the way to one: browsers go to the sign-in page and come back to `returnTo`.
 * @throws {Problem} unauthenticated — for callers that no sign-in page helps: those who want JSON or bring a token
 */
export const sessionOrSignIn = async (
  deps: TwoFactorRoutesDeps,
  c: Context<AppEnv>,
  returnTo: string,
): Promise<BrowserSession | Response> => {
  const session = await deps.currentSession(c)
  if (session !== undefined) return session
  if (!prefersHtml(c) || c.req.header('authorization') !== undefined)
    throw new Problem({ kind: 'unauthenticated' })
  return redirect(c, `/auth/login?redirect_to=${encodeURIComponent(btoa(returnTo))}`)
}

/** @throws {Problem} forbidden — the form was not sent from our page; malformed and others of the form itself */
export const readOwnForm = async (deps: TwoFactorRoutesDeps, c: Context<AppEnv>): Promise<Form> => {
  const form = await readForm(c)
  deps.csrf.verify(c, form)
  return form
}

/** What the form asks for, of the account that the session names. */
export const readChange = async (
  deps: TwoFactorRoutesDeps,
  c: Context<AppEnv>,
  session: BrowserSession,
  form: Form,
): Promise<TwoFactorChange> => ({
  session,
  answer: form.get('token') ?? form.get('totp') ?? form.get('code') ?? form.get('otp') ?? '',
  endsOtherSessions: form.has('end_other_sessions'),
  origin: c.env.origin,
  deviceId: await deps.deviceIdOf(c, session.userId),
})

/** What to call the person who is signed in. */
export const userNameOf = async (deps: TwoFactorRoutesDeps, userId: string): Promise<string> => {
  const account = await deps.accounts.find(userId)
  return account?.userName ?? account?.email ?? userId
}

/** How long to wait before asking again whether an administrator has helped. */
export const DISABLED_RETRY_SECONDS = 3600

export const WRONG_CODE =
  'This code is not right, or it has been used already. Try again, or use a newer one.'
export const CODES_DISABLED = 'Too many wrong codes. Ask your administrator to reset two-factor for you.'
