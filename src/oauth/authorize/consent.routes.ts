import type { Context } from 'hono'
import { Hono } from 'hono'
import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { AppEnv } from '../../http/app-env.ts'
import type { Cookies } from '../../http/cookies.ts'
import type { Csrf } from '../../http/csrf.ts'
import { readForm, readQuery } from '../../http/form.ts'
import { page, redirect } from '../../http/respond.ts'
import { malformed } from '../../kernel/problem.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import { passwordHref } from '../../sign-in/sign-in-paths.ts'
import type { OAuthAuthorizationFlow } from './authorization-flow.ts'
import { consentPage } from './consent.page.ts'

export interface ConsentRoutesDeps {
  readonly flow: OAuthAuthorizationFlow
  readonly cookies: Cookies
  readonly csrf: Csrf
  readonly currentPolicy: CurrentAuthPolicy
  readonly readSession: (c: Context) => Promise<BrowserSession | undefined>
  /** What to call the signed-in person on the page. */
  readonly displayNameOf: (userId: string) => Promise<string>
}

/** `/auth/grant`: asks whether an application may act for the person, and remembers the answer. */
export const consentRoutes = (deps: ConsentRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()

  routes.get('/auth/grant', async (c) => {
    const request = readQuery(c).get('request') ?? ''
    const session = await deps.readSession(c)
    if (session === undefined) return redirect(c, signInAgain(request))
    const question = await deps.flow.consentQuestion(request, deps.cookies.flowHash(c))
    const { theme } = await deps.currentPolicy()
    const html = consentPage({
      theme,
      action: '/auth/grant',
      csrf: deps.csrf.token(c),
      hidden: { request, user: session.userId },
      clientName: question.clientName,
      redirectOrigin: question.redirectOrigin,
      signInHref: passwordHref(request),
      userName: await deps.displayNameOf(session.userId),
      scopes: question.scopes,
      isWholeUser: question.isWholeUser,
    })
    return page(c, html, { theme, formTargets: [question.redirectOrigin] })
  })

  routes.post('/auth/grant', async (c) => {
    const form = await readForm(c)
    deps.csrf.verify(c, form)
    const request = form.get('request') ?? ''
    const decision = form.get('decision')
    if (decision !== 'allow' && decision !== 'deny') throw malformed('must be allow or deny', 'decision')
    const session = await deps.readSession(c)
    if (session === undefined) return redirect(c, signInAgain(request))
    // NOTE: somebody else signed in meanwhile, in another tab: their answer is theirs to give.
    if (form.get('user') !== session.userId)
      return redirect(c, `/auth/grant?request=${encodeURIComponent(request)}`)
    const location = await deps.flow.answerConsent({
      request,
      browserHash: deps.cookies.flowHash(c),
      session,
      isAllowed: decision === 'allow',
      origin: c.env.origin,
    })
    return redirect(c, location)
  })

  return routes
}

const signInAgain = (request: string): string => `/auth/login?request=${encodeURIComponent(request)}`
