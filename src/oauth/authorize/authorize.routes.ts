import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../../http/app-env.ts'
import type { Cookies } from '../../http/cookies.ts'
import { parseForm, readForm } from '../../http/form.ts'
import { answerEmpty, redirect } from '../../http/respond.ts'
import { malformed } from '../../kernel/problem.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import type { AuthorizationFlow } from '../../sign-in/authorization-flow.ts'

export interface AuthorizeRoutesDeps {
  readonly flow: AuthorizationFlow
  readonly cookies: Cookies
  /** The finished sign-in of the browser's session cookie. */
  readonly readSession: (c: Context) => Promise<BrowserSession | undefined>
}

/** What every server and proxy on the way takes as a URL. */
const LONGEST_QUERY = 8192

/** `/auth/authorize` (RFC 6749 §3.1): GET, and POST of the same parameters as a form. */
export const authorizeRoutes = (deps: AuthorizeRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()

  routes.get('/auth/authorize', async (c) => {
    if (c.req.method === 'HEAD') return answerHead(c)
    const session = await deps.readSession(c)
    const begun = await deps.flow.begin(readParameters(c), deps.cookies.flowHash(c), session, c.env.origin)
    return redirect(
      c,
      begun.kind === 'redirect' ? begun.location : `/auth/login?request=${begun.pending.request}`,
    )
  })

  // NOTE: a form from the application's site brings no SameSite=Lax cookie, the GET that follows the redirect does.
  routes.post('/auth/authorize', async (c) => {
    const query = new URLSearchParams([...(await readForm(c))]).toString()
    if (query.length > LONGEST_QUERY)
      throw malformed(`the request is longer than ${LONGEST_QUERY} characters; leave out what is not needed`)
    return redirect(c, `/auth/authorize?${query}`)
  })

  routes.get('/auth/authorize/continue', async (c) => {
    if (c.req.method === 'HEAD') return answerHead(c)
    const request = new URLSearchParams(queryOf(c)).get('request') ?? ''
    const session = await deps.readSession(c)
    if (session === undefined) return redirect(c, `/auth/login?request=${encodeURIComponent(request)}`)
    return redirect(c, await deps.flow.proceed(request, deps.cookies.flowHash(c), session, c.env.origin))
  })

  return routes
}

/** Says that the page is there; asks nothing and issues nothing. */
const answerHead = (c: Context): Response => answerEmpty(c, 200)

/** The query as pairs, strictly decoded; names may repeat, which is the flow's to judge. */
const readParameters = (c: Context): URLSearchParams => {
  const parameters = new URLSearchParams()
  for (const pair of queryOf(c).split('&'))
    for (const [name, value] of parseForm(pair)) parameters.append(name, value)
  return parameters
}

const queryOf = (c: Context): string => {
  const { url } = c.req.raw
  const start = url.indexOf('?')
  return start < 0 ? '' : (url.slice(start + 1).split('#')[0] ?? '')
}
