import type { Context } from 'hono'
import { Hono } from 'hono'
import type { CurrentAuthPolicy } from '../auth-config/auth-config.ts'
import type { AppEnv } from '../http/app-env.ts'
import type { Cookies } from '../http/cookies.ts'
import { readFields } from '../http/fields.ts'
import { prefersHtml } from '../http/negotiate.ts'
import { page, redirect } from '../http/respond.ts'
import { Problem } from '../kernel/problem.ts'
import { nameOf } from '../sign-in/name-of.ts'
import { CHANGE_PASSWORD_PATH, LANDING_PATH, signInHref } from '../sign-in/sign-in-paths.ts'
import type { ChangingSessionDeps } from '../two-factor/changing-session.routes.ts'
import { changingSession } from '../two-factor/changing-session.routes.ts'
import { changePasswordPage } from './change-password.page.ts'
import type { ChangePasswordDeps, PasswordChange } from './change-password.ts'
import { changePassword } from './change-password.ts'
import type { NewPasswordErrors } from './new-password.page.ts'
import { NOT_THE_SAME, policyInWords } from './new-password.page.ts'
import {
  answerPassword,
  answerPolicyViolation,
  isRepeatedWrong,
  putRetryAfter,
  required,
} from './password-answers.routes.ts'

export interface ChangePasswordRoutesDeps extends ChangePasswordDeps, ChangingSessionDeps {
  readonly cookies: Pick<Cookies, 'clearSession' | 'clearAttempt' | 'rotateFlow'>
  readonly currentPolicy: CurrentAuthPolicy
  /** The id of this browser, where it finished a sign-in of the user before. */
  readonly deviceIdOf: (c: Context<AppEnv>, userId: string) => Promise<string | undefined>
}

interface ChangeView {
  readonly status?: number
  readonly error?: string
  readonly retryAfterSeconds?: number
  readonly newErrors?: NewPasswordErrors
}

const UNCHANGED = 'This is your current password. Choose another one.'

/** GET and POST /auth/change-password: a page for browsers, JSON for one's own UI by the session cookie or a first-party token. */
export const changePasswordRoutes = (deps: ChangePasswordRoutesDeps): Hono<AppEnv> => {
  const show = async (c: Context<AppEnv>, userId: string, view: ChangeView = {}): Promise<Response> => {
    const { theme } = await deps.currentPolicy()
    const account = await deps.accounts.find(userId)
    const content = changePasswordPage({
      theme,
      action: CHANGE_PASSWORD_PATH,
      csrf: deps.csrf.token(c),
      userName: account === undefined ? userId : nameOf(account),
      minLength: deps.passwordMinLength,
      cancelHref: LANDING_PATH,
      error: view.error,
      retryAfterSeconds: view.retryAfterSeconds,
      newErrors: view.newErrors,
    })
    return page(c, content, { status: view.status ?? 200, theme })
  }

  /** Those whom the sign-in page helps: browsers that bring no token. */
  const isBrowser = (c: Context<AppEnv>): boolean =>
    prefersHtml(c) && c.req.header('authorization') === undefined
  const toSignIn = (c: Context<AppEnv>): Response =>
    redirect(c, signInHref({ redirectTo: CHANGE_PASSWORD_PATH }))

  const { cookies } = deps
  const forgetBrowser = (c: Context<AppEnv>): void => {
    cookies.clearSession(c)
    cookies.clearAttempt(c)
    cookies.rotateFlow(c)
  }

  const answerPage = async (c: Context<AppEnv>, change: PasswordChange): Promise<Response> => {
    const { userId } = change.session
    const outcome = await changePassword(deps, change)
    switch (outcome.kind) {
      case 'changed':
        forgetBrowser(c)
        return redirect(c, signInHref({ notice: 'password-changed' }))
      case 'wrong-current':
        return show(c, userId, { status: 422, error: 'The current password is not right.' })
      case 'unchanged':
        return show(c, userId, { status: 422, newErrors: { password: UNCHANGED } })
      case 'not-good-enough':
        return show(c, userId, {
          status: 422,
          newErrors: { password: policyInWords(deps.passwordMinLength) },
        })
      case 'throttled':
        return show(c, userId, { status: 429, retryAfterSeconds: putRetryAfter(c, outcome) })
      case 'disabled':
        putRetryAfter(c, outcome)
        return show(c, userId, { status: 429, error: DISABLED })
    }
  }

  const answerJson = async (c: Context<AppEnv>, change: PasswordChange): Promise<Response> => {
    const outcome = await changePassword(deps, change)
    switch (outcome.kind) {
      case 'changed':
        forgetBrowser(c)
        return answerPassword(c, 'password_changed')
      case 'wrong-current':
        return answerPassword(c, 'invalid_current_password')
      case 'unchanged':
        return answerPassword(c, 'password_unchanged')
      case 'not-good-enough':
        return answerPolicyViolation(c, deps.passwordMinLength)
      case 'throttled':
      case 'disabled':
        throw new Problem({ kind: 'rate-limited', retryAfterSeconds: putRetryAfter(c, outcome) })
    }
  }

  return new Hono<AppEnv>()
    .get(CHANGE_PASSWORD_PATH, async (c) => {
      const session = await deps.currentSession(c)
      if (session !== undefined) return show(c, session.userId)
      if (!isBrowser(c)) throw new Problem({ kind: 'unauthenticated' })
      return toSignIn(c)
    })
    .post(CHANGE_PASSWORD_PATH, async (c) => {
      const fields = await readFields(c)
      if (isBrowser(c) && (await deps.currentSession(c)) === undefined) return toSignIn(c)
      const session = await changingSession(deps, c, fields)
      const { values } = fields
      const change: PasswordChange = {
        session,
        currentPassword: required(values, 'currentPassword'),
        newPassword: required(values, 'newPassword'),
        origin: c.env.origin,
        deviceId: await deps.deviceIdOf(c, session.userId),
      }
      if (prefersHtml(c) && isRepeatedWrong(values))
        return show(c, session.userId, { status: 422, newErrors: { repeated: NOT_THE_SAME } })
      return prefersHtml(c) ? answerPage(c, change) : answerJson(c, change)
    })
}

const DISABLED = 'Too many wrong tries. Ask your administrator to reset your password.'
