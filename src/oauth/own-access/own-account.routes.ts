import { Hono } from 'hono'
import type { AccountStore } from '../../accounts/account.store.ts'
import type { RecentActivityStore } from '../../audit-view/recent-activity.store.ts'
import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { ClientStore } from '../../clients/client.store.ts'
import type { AppEnv } from '../../http/app-env.ts'
import { page, redirect } from '../../http/respond.ts'
import type { Clock } from '../../kernel/clock.ts'
import { browserName } from '../../sessions/browser-name.ts'
import type { SessionOf } from '../../sessions/browser-session.ts'
import type { SessionStore } from '../../sessions/session.store.ts'
import { nameOf } from '../../sign-in/name-of.ts'
import {
  ACCOUNT_PATH,
  CHANGE_PASSWORD_PATH,
  CONSOLE_PATH,
  GRANTS_PATH,
  SESSIONS_PATH,
  SIGN_OUT_PATH,
  signInHref,
  TWO_FACTOR_PATH,
} from '../../sign-in/sign-in-paths.ts'
import type { SecondFactor } from '../../two-factor/second-factor.ts'
import type { ConsentGrantStore } from '../authorize/consent-grant.store.ts'
import { activityInWords, TOLD_EVENTS } from './activity-in-words.ts'
import { ownAccountPage } from './own-account.page.ts'

export interface OwnAccountRoutesDeps {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly activity: RecentActivityStore
  readonly clients: Pick<ClientStore, 'find'>
  readonly clock: Clock
  readonly consents: Pick<ConsentGrantStore, 'listOfUser'>
  readonly currentPolicy: CurrentAuthPolicy
  readonly factors: readonly Pick<SecondFactor, 'isEnrolled'>[]
  readonly isAdministrator: (userId: string) => Promise<boolean>
  readonly sessionOf: SessionOf
  readonly sessions: Pick<SessionStore, 'listBrowserSessions'>
}

const MOST_ACTIVITY = 20

/** `/auth/account`: what somebody needs to know of their own account. It only reads. */
export const ownAccountRoutes = (deps: OwnAccountRoutesDeps): Hono<AppEnv> => {
  const activityOf = async (userId: string) => {
    const recent = await deps.activity.listOfUser(userId, TOLD_EVENTS, MOST_ACTIVITY)
    const clientIds = [...new Set(recent.flatMap(({ clientId }) => clientId ?? []))]
    const names = new Map(
      await Promise.all(
        clientIds.map(async (id) => [id, (await deps.clients.find(id))?.name ?? id] as const),
      ),
    )
    return recent.map((one) => {
      const appName = one.clientId === undefined ? undefined : names.get(one.clientId)
      const { userAgent, ...told } = activityInWords(one, userId, appName)
      return { ...told, browser: browserName(userAgent) }
    })
  }

  return new Hono<AppEnv>().get(ACCOUNT_PATH, async (c) => {
    const session = await deps.sessionOf(c)
    if (session === undefined) return redirect(c, signInHref({ redirectTo: ACCOUNT_PATH }))
    const { userId } = session
    const [{ theme }, account, enrolled, sessions, grants, activity, isAdministrator] = await Promise.all([
      deps.currentPolicy(),
      deps.accounts.find(userId),
      Promise.all(deps.factors.map((factor) => factor.isEnrolled(userId))),
      deps.sessions.listBrowserSessions(userId, deps.clock.now()),
      deps.consents.listOfUser(userId),
      activityOf(userId),
      deps.isAdministrator(userId),
    ])
    const view = {
      theme,
      userName: account === undefined ? userId : nameOf(account),
      hasSecondFactor: enrolled.includes(true),
      sessionCount: sessions.length,
      grantCount: grants.length,
      activity,
      twoFactorHref: TWO_FACTOR_PATH,
      changePasswordHref: CHANGE_PASSWORD_PATH,
      sessionsHref: SESSIONS_PATH,
      grantsHref: GRANTS_PATH,
      signOutHref: SIGN_OUT_PATH,
      consoleHref: isAdministrator ? CONSOLE_PATH : undefined,
    }
    return page(c, ownAccountPage(view), { theme })
  })
}
