import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AccountStore } from '../../accounts/account.store.ts'
import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { AppEnv } from '../../http/app-env.ts'
import type { Cookies } from '../../http/cookies.ts'
import type { Csrf } from '../../http/csrf.ts'
import type { Form } from '../../http/form.ts'
import { readForm, readQuery } from '../../http/form.ts'
import { page, redirect } from '../../http/respond.ts'
import { malformed } from '../../kernel/problem.ts'
import type { SessionOf } from '../../sessions/browser-session.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import { nameOf } from '../../sign-in/name-of.ts'
import { LANDING_PATH, SIGN_IN_PATH } from '../../sign-in/sign-in-paths.ts'
import { signedOutPage, signOutPage } from '../../sign-in/sign-out.page.ts'
import type { SignOutDeps } from '../../sign-in/sign-out.ts'
import { signOut } from '../../sign-in/sign-out.ts'
import type { EndSession, EndSessionDeps, EndSessionRequest } from './end-session.ts'
import { resolveEndSession } from './end-session.ts'

export interface EndSessionRoutesDeps extends EndSessionDeps, SignOutDeps {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly cookies: Cookies
  readonly csrf: Csrf
  readonly sessionOf: SessionOf
  readonly currentPolicy: CurrentAuthPolicy
}

const END_SESSION_PATH = '/auth/end-session'
const CONFIRM_PATH = '/auth/end-session/confirm'

/** As the authorization endpoint takes; servers and proxies take 16 KiB of address and cookies at most. */
const LONGEST_QUERY = 8192

const FIELDS = ['id_token_hint', 'client_id', 'post_logout_redirect_uri', 'state'] as const

/** Sign-out that an application asks for (OpenID Connect RP-Initiated Logout 1.0). */
export const endSessionRoutes = (deps: EndSessionRoutesDeps): Hono<AppEnv> => {
  const { cookies, csrf } = deps

  const finish = async (
    c: Context<AppEnv>,
    session: BrowserSession | undefined,
    { location }: EndSession,
  ): Promise<Response> => {
    if (session !== undefined) {
      await signOut(deps, session, c.env.origin)
      c.env.actor = { userId: session.userId }
    }
    cookies.clearSession(c)
    cookies.rotateFlow(c)
    if (location !== undefined) return redirect(c, location)
    const { theme } = await deps.currentPolicy()
    return page(c, signedOutPage({ theme, signInHref: SIGN_IN_PATH }), { theme })
  }

  const ask = async (
    c: Context<AppEnv>,
    session: BrowserSession,
    { client, location }: EndSession,
    form: Form,
  ): Promise<Response> => {
    const { theme } = await deps.currentPolicy()
    const account = await deps.accounts.find(session.userId)
    const view = {
      theme,
      action: CONFIRM_PATH,
      csrf: csrf.token(c),
      hidden: carriedOf(form),
      userName: account === undefined ? session.userId : nameOf(account),
      clientName: client === undefined ? undefined : (client.name ?? client.id),
      cancelHref: LANDING_PATH,
    }
    return page(c, signOutPage(view), { theme, formTargets: location === undefined ? [] : [location] })
  }

  /** An ID token may be longer than an address: then who it was issued to goes on, and the person is asked. */
  const carriedInAddress = async (form: Form): Promise<URLSearchParams> => {
    const carried = new URLSearchParams(carriedOf(form))
    if (`${carried}`.length <= LONGEST_QUERY) return carried
    const { client } = await resolveEndSession(deps, requestOf(form), undefined)
    carried.delete('id_token_hint')
    if (client !== undefined) carried.set('client_id', client.id)
    if (`${carried}`.length <= LONGEST_QUERY) return carried
    throw malformed(`the request is longer than ${LONGEST_QUERY} characters; leave out what is not needed`)
  }

  return new Hono<AppEnv>()
    .get(END_SESSION_PATH, async (c) => {
      const query = readQuery(c)
      const session = await deps.sessionOf(c)
      const resolved = await resolveEndSession(deps, requestOf(query), session)
      // NOTE: a link from anywhere leads here, so that nobody is signed out unasked unless the application shows whom it means.
      if (session !== undefined && (!resolved.isExpected || c.req.method === 'HEAD'))
        return ask(c, session, resolved, query)
      return finish(c, session, resolved)
    })
    .post(END_SESSION_PATH, async (c) => {
      // NOTE: a form of another site brings no SameSite=Lax cookie; the browser asks once more, by a link that does.
      const carried = await carriedInAddress(await readForm(c))
      return redirect(c, carried.size === 0 ? END_SESSION_PATH : `${END_SESSION_PATH}?${carried}`)
    })
    .post(CONFIRM_PATH, async (c) => {
      const form = await readForm(c)
      csrf.verify(c, form)
      const session = await deps.sessionOf(c)
      return finish(c, session, await resolveEndSession(deps, requestOf(form), session))
    })
}

const requestOf = (form: Form): EndSessionRequest => {
  const given = (name: (typeof FIELDS)[number]): string | undefined => form.get(name) || undefined
  return {
    idTokenHint: given('id_token_hint'),
    clientId: given('client_id'),
    postLogoutRedirectUri: given('post_logout_redirect_uri'),
    state: given('state'),
  }
}

const carriedOf = (form: Form): Record<string, string> =>
  Object.fromEntries(
    FIELDS.flatMap((name) => {
      const value = form.get(name)
      return value === undefined || value === '' ? [] : [[name, value] as const]
    }),
  )
