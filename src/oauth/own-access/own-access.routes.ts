import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AccountStore } from '../../accounts/account.store.ts'
import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { ClientStore } from '../../clients/client.store.ts'
import type { AppEnv } from '../../http/app-env.ts'
import type { Csrf } from '../../http/csrf.ts'
import { readForm, readQuery } from '../../http/form.ts'
import { page, redirect } from '../../http/respond.ts'
import { malformed } from '../../kernel/problem.ts'
import { commit } from '../../kernel/transact.ts'
import { acrOf } from '../../sessions/authentication-context.ts'
import { browserName } from '../../sessions/browser-name.ts'
import type { SessionOf } from '../../sessions/browser-session.ts'
import type { SessionStore } from '../../sessions/session.store.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import { nameOf } from '../../sign-in/name-of.ts'
import { GRANTS_PATH, LANDING_PATH, SESSIONS_PATH, signInHref } from '../../sign-in/sign-in-paths.ts'
import type { ConsentGrantStore } from '../authorize/consent-grant.store.ts'
import type { EndGrantDeps } from '../grants/end-grant.ts'
import { endGrant } from '../grants/end-grant.ts'
import { ownGrantsPage } from './own-grants.page.ts'
import { ownSessionsPage } from './own-sessions.page.ts'

export interface OwnAccessRoutesDeps extends EndGrantDeps {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly clients: Pick<ClientStore, 'find'>
  readonly consents: ConsentGrantStore
  readonly sessions: SessionStore
  readonly sessionOf: SessionOf
  readonly csrf: Csrf
  readonly currentPolicy: CurrentAuthPolicy
}

/** Where somebody is signed in and what they allowed: `/auth/sessions` and `/auth/grants`. */
export const ownAccessRoutes = (deps: OwnAccessRoutesDeps): Hono<AppEnv> => {
  const { csrf, sessions } = deps

  const nameOfUser = async (userId: string): Promise<string> => {
    const account = await deps.accounts.find(userId)
    return account === undefined ? userId : nameOf(account)
  }
  /** What every page here shows; `done` comes after a change and says so once. */
  const frameOf = async (c: Context<AppEnv>, session: BrowserSession, action: string) => ({
    theme: (await deps.currentPolicy()).theme,
    action,
    csrf: csrf.token(c),
    userName: await nameOfUser(session.userId),
    isChanged: readQuery(c).has('done'),
    homeHref: LANDING_PATH,
  })
  const signIn = (c: Context<AppEnv>, redirectTo: string): Response => redirect(c, signInHref({ redirectTo }))
  const endOf = async (c: Context<AppEnv>): Promise<string> => {
    const form = await readForm(c)
    csrf.verify(c, form)
    const end = form.get('end')
    if (end === undefined || end === '') throw malformed('is missing; say what is to end', 'end')
    return end
  }

  const endSessions = async (c: Context<AppEnv>, session: BrowserSession, end: string): Promise<void> => {
    const { userId } = session
    const at = deps.clock.now()
    const isOwn = (id: string) =>
      sessions.listBrowserSessions(userId, at).then((all) => all.some((one) => one.id === id))
    const stepsOf = async () => {
      if (end === 'all') return sessions.endAllOfUserSteps(userId, 'sign-out', at)
      if (end === 'others') return sessions.endAllOfUserSteps(userId, 'sign-out', at, session.id)
      // NOTE: an id of somebody else is as good as one that is over already.
      return (await isOwn(end)) ? sessions.endSteps(end, 'sign-out', at) : []
    }
    const steps = await stepsOf()
    if (steps.length === 0) return
    const event = { event: 'sign-out', outcome: 'success', userId, actor: `User/${userId}` } as const
    const audit = deps.auditLog.step({ ...event, origin: c.get('origin'), detail: { sessions: end } })
    await commit(deps.transact, [...steps, audit])
  }

  return new Hono<AppEnv>()
    .get(SESSIONS_PATH, async (c) => {
      const session = await deps.sessionOf(c)
      if (session === undefined) return signIn(c, SESSIONS_PATH)
      const all = await sessions.listBrowserSessions(session.userId, deps.clock.now())
      const frame = await frameOf(c, session, SESSIONS_PATH)
      const view = all.map((one) => ({
        id: one.id,
        isThis: one.id === session.id,
        hasSecondFactor: acrOf(one.proven) === 'aal2',
        browser: browserName(one.userAgent),
        address: one.address,
        signedInAt: one.authenticatedAt,
        lastUsedAt: one.lastUsedAt,
        expiresAt: one.expiresAt,
      }))
      return page(c, ownSessionsPage({ ...frame, sessions: view }), { theme: frame.theme })
    })
    .post(SESSIONS_PATH, async (c) => {
      const end = await endOf(c)
      const session = await deps.sessionOf(c)
      if (session === undefined) return signIn(c, SESSIONS_PATH)
      await endSessions(c, session, end)
      return redirect(c, `${SESSIONS_PATH}?done`)
    })
    .get(GRANTS_PATH, async (c) => {
      const session = await deps.sessionOf(c)
      if (session === undefined) return signIn(c, GRANTS_PATH)
      const allowed = await deps.consents.listOfUser(session.userId)
      const grants = await Promise.all(
        allowed.map(async ({ clientId, scopes, isWholeUser, updatedAt }) => {
          const clientName = (await deps.clients.find(clientId))?.name ?? clientId
          return { clientId, clientName, scopes, isWholeUser, allowedAt: updatedAt }
        }),
      )
      const frame = await frameOf(c, session, GRANTS_PATH)
      return page(c, ownGrantsPage({ ...frame, grants }), { theme: frame.theme })
    })
    .post(GRANTS_PATH, async (c) => {
      const clientId = await endOf(c)
      const session = await deps.sessionOf(c)
      if (session === undefined) return signIn(c, GRANTS_PATH)
      const { userId } = session
      const origin = c.get('origin')
      if ((await deps.consents.find(userId, clientId)) !== undefined)
        await endGrant(deps, userId, clientId, { actor: `User/${userId}`, origin })
      return redirect(c, `${GRANTS_PATH}?done`)
    })
}
