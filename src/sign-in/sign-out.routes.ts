import { Hono } from 'hono'
import type { AccountStore } from '../accounts/account.store.ts'
import type { AuditLog } from '../audit/audit-log.store.ts'
import type { AppEnv } from '../http/app-env.ts'
import { readFormOrFields } from '../http/fields.ts'
import { prefersHtml } from '../http/negotiate.ts'
import { answer, page, redirect } from '../http/respond.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Transact } from '../kernel/transact.ts'
import type { SessionStore } from '../sessions/session.store.ts'
import { endOldAttempt } from './begin-sign-in.ts'
import { nameOf } from './name-of.ts'
import { visitorOf } from './sign-in-answers.routes.ts'
import type { SignInAttemptStore } from './sign-in-attempt.store.ts'
import type { AttemptSeal } from './sign-in-attempt.ts'
import type { SignInEdge } from './sign-in-edge.ts'
import {
  ACCOUNT_PATH,
  CHANGE_PASSWORD_PATH,
  CONSOLE_PATH,
  GRANTS_PATH,
  LANDING_PATH,
  SESSIONS_PATH,
  SIGN_IN_PATH,
  SIGN_OUT_PATH,
  TWO_FACTOR_PATH,
} from './sign-in-paths.ts'
import { signedOutPage, signOutPage } from './sign-out.page.ts'
import { signOut } from './sign-out.ts'
import { signedInPage } from './signed-in.page.ts'

export interface SignOutRoutesDeps extends SignInEdge {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly sessions: Pick<SessionStore, 'endSteps'>
  readonly attempts: SignInAttemptStore
  readonly attemptSeal: AttemptSeal
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
  readonly isAdministrator: (userId: string) => Promise<boolean>
}

/** The landing page of a signed-in browser, and the way out. */
export const signOutRoutes = (deps: SignOutRoutesDeps): Hono<AppEnv> => {
  const { cookies, csrf } = deps

  const nameOfUser = async (userId: string): Promise<string> => {
    const account = await deps.accounts.find(userId)
    return account === undefined ? userId : nameOf(account)
  }

  return new Hono<AppEnv>()
    .get(LANDING_PATH, async (c) => {
      const session = await deps.sessionOf(c)
      if (session === undefined) return redirect(c, SIGN_IN_PATH)
      const { theme } = await deps.currentPolicy()
      const userName = await nameOfUser(session.userId)
      const view = {
        theme,
        userName,
        consoleHref: (await deps.isAdministrator(session.userId)) ? CONSOLE_PATH : undefined,
        accountHref: ACCOUNT_PATH,
        twoFactorHref: TWO_FACTOR_PATH,
        changePasswordHref: CHANGE_PASSWORD_PATH,
        sessionsHref: SESSIONS_PATH,
        grantsHref: GRANTS_PATH,
        signOutHref: SIGN_OUT_PATH,
      }
      return page(c, signedInPage(view), { theme })
    })
    .get(SIGN_OUT_PATH, async (c) => {
      const session = await deps.sessionOf(c)
      const { theme } = await deps.currentPolicy()
      if (session === undefined) return page(c, signedOutPage({ theme, signInHref: SIGN_IN_PATH }), { theme })
      const userName = await nameOfUser(session.userId)
      const view = {
        theme,
        action: SIGN_OUT_PATH,
        csrf: csrf.token(c),
        userName,
        cancelHref: LANDING_PATH,
      }
      return page(c, signOutPage(view), { theme })
    })
    .post(SIGN_OUT_PATH, async (c) => {
      csrf.verifyFields(c, await readFormOrFields(c))
      const session = await deps.sessionOf(c)
      if (session !== undefined) await signOut(deps, session, c.env.origin)
      await endOldAttempt(deps, visitorOf(c, deps))
      cookies.clearSession(c)
      cookies.clearAttempt(c)
      cookies.rotateFlow(c)
      return prefersHtml(c)
        ? redirect(c, SIGN_IN_PATH)
        : answer(c, '{}', 200, 'application/json; charset=utf-8')
    })
}
