import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AccountStore } from '../../accounts/account.store.ts'
import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { AppEnv } from '../../http/app-env.ts'
import type { Cookies } from '../../http/cookies.ts'
import { readForm, readQuery } from '../../http/form.ts'
import { prefersHtml } from '../../http/negotiate.ts'
import { page, redirect } from '../../http/respond.ts'
import { malformed } from '../../kernel/problem.ts'
import { acrOf } from '../../sessions/authentication-context.ts'
import { browserName } from '../../sessions/browser-name.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import { nameOf } from '../../sign-in/name-of.ts'
import {
  GRANTS_PATH,
  LANDING_PATH,
  SESSIONS_PATH,
  SIGN_IN_PATH,
  signInHref,
} from '../../sign-in/sign-in-paths.ts'
import { endGrant } from '../grants/end-grant.ts'
import { endOwnSessions } from './end-own-sessions.ts'
import type { OwnAccessJsonDeps } from './own-access-json.routes.ts'
import { ownAccessJson, say } from './own-access-json.routes.ts'
import { ownGrantsPage } from './own-grants.page.ts'
import { ownSessionsPage } from './own-sessions.page.ts'

export interface OwnAccessRoutesDeps extends OwnAccessJsonDeps {
  readonly cookies: Pick<Cookies, 'clearSession' | 'clearAttempt' | 'rotateFlow'>
  readonly accounts: Pick<AccountStore, 'find'>
  readonly currentPolicy: CurrentAuthPolicy
}

/** Where somebody is signed in and what they allowed: `/auth/sessions` and `/auth/grants`, as pages and in JSON. */
export const ownAccessRoutes = (deps: OwnAccessRoutesDeps): Hono<AppEnv> => {
  const { cookies, csrf, sessions } = deps
  const inJson = ownAccessJson(deps)

  const nameOfUser = async (userId: string): Promise<string> => {
    const account = await deps.accounts.find(userId)
    return account === undefined ? userId : nameOf(account)
  }
  /** What every page here shows. */
  const frameOf = async (c: Context<AppEnv>, session: BrowserSession, action: string) => ({
    theme: (await deps.currentPolicy()).theme,
    action,
    csrf: csrf.token(c),
    userName: await nameOfUser(session.userId),
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

  /** Nothing of the person stays in the browser whose own session is over. */
  const forgetBrowser = (c: Context<AppEnv>): void => {
    cookies.clearSession(c)
    cookies.clearAttempt(c)
    cookies.rotateFlow(c)
  }

  return new Hono<AppEnv>()
    .get(SESSIONS_PATH, async (c) => {
      if (!prefersHtml(c)) return inJson.sessions(c)
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
      return page(c, ownSessionsPage({ ...frame, sessions: view, ended: endedOf(c) }), {
        theme: frame.theme,
      })
    })
    .post(SESSIONS_PATH, async (c) => {
      if (!prefersHtml(c)) {
        if (await inJson.endSessions(c)) forgetBrowser(c)
        return say(c, {})
      }
      const end = await endOf(c)
      const session = await deps.sessionOf(c)
      if (session === undefined) return signIn(c, SESSIONS_PATH)
      const own = { userId: session.userId, sessionId: session.id }
      if (!(await endOwnSessions(deps, own, end, { origin: c.env.origin })))
        return redirect(c, `${SESSIONS_PATH}?done${end === 'others' ? '=others' : ''}`)
      forgetBrowser(c)
      return redirect(c, SIGN_IN_PATH)
    })
    .get(GRANTS_PATH, async (c) => {
      if (!prefersHtml(c)) return inJson.grants(c)
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
      const isChanged = readQuery(c).has('done')
      return page(c, ownGrantsPage({ ...frame, grants, isChanged }), { theme: frame.theme })
    })
    .post(GRANTS_PATH, async (c) => {
      if (!prefersHtml(c)) return inJson.endGrant(c)
      const clientId = await endOf(c)
      const session = await deps.sessionOf(c)
      if (session === undefined) return signIn(c, GRANTS_PATH)
      const { userId } = session
      const origin = c.env.origin
      if ((await deps.consents.find(userId, clientId)) !== undefined)
        await endGrant(deps, userId, clientId, { actor: `User/${userId}`, origin })
      return redirect(c, `${GRANTS_PATH}?done`)
    })
}

/** `done` comes after a change, which the page then tells. */
const endedOf = (c: Context): 'one' | 'others' | undefined => {
  const done = readQuery(c).get('done')
  if (done === undefined) return undefined
  return done === 'others' ? 'others' : 'one'
}
