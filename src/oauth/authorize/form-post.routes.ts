import { Hono } from 'hono'
import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { AppEnv } from '../../http/app-env.ts'
import type { Cookies } from '../../http/cookies.ts'
import { readQuery } from '../../http/form.ts'
import { page } from '../../http/respond.ts'
import { Problem } from '../../kernel/problem.ts'
import { formPostPage } from './form-post.page.ts'
import type { Responder } from './respond.ts'
import { FORM_POST_PATH } from './respond.ts'

export interface FormPostRoutesDeps {
  readonly responder: Pick<Responder, 'openFormPost'>
  readonly cookies: Cookies
  readonly currentPolicy: CurrentAuthPolicy
}

/** The page that posts an answer to the client (OAuth 2.0 Form Post Response Mode §2). */
export const formPostRoutes = ({ responder, cookies, currentPolicy }: FormPostRoutesDeps): Hono<AppEnv> =>
  new Hono<AppEnv>().get(FORM_POST_PATH, async (c) => {
    const answer = responder.openFormPost(readQuery(c).get('form') ?? '', cookies.flowHash(c))
    if (answer === undefined)
      throw new Problem({
        kind: 'gone',
        message: 'This sign-in is over. Go back to the application and start again.',
      })
    const { redirectUri, parameters } = answer
    const { theme } = await currentPolicy()
    return page(c, formPostPage({ theme, action: redirectUri, parameters }), {
      theme,
      formTargets: [redirectUri],
      hasScript: true,
    })
  })
