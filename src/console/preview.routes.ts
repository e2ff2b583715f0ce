import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AuthConfigInput } from '../auth-config/auth-config-schema.ts'
import { authConfigSchema } from '../auth-config/auth-config-schema.ts'
import { themeOf } from '../auth-config/current-auth-policy.ts'
import type { AppEnv } from '../http/app-env.ts'
import { readQueryPairs } from '../http/form.ts'
import { page } from '../http/respond.ts'
import { malformed, Problem } from '../kernel/problem.ts'
import { validate } from '../resources/validate.ts'
import { signInPage } from '../sign-in/sign-in.page.ts'

export interface PreviewRoutesDeps {
  readonly sessionOf: (c: Context) => Promise<{ readonly userId: string } | undefined>
  readonly isAdministrator: (userId: string) => Promise<boolean>
}

const PATH = '/console/preview/sign-in'
const NAMES: readonly string[] = ['title', 'brand', 'styleUrl']

/**
 * The sign-in page as an AuthConfig would make it look, for a frame of the console. What an AuthConfig may not hold is
 * refused here as well: it decides which origin's styles are loaded.
 */
export const previewRoutes = (deps: PreviewRoutesDeps): Hono<AppEnv> =>
  new Hono<AppEnv>().get(PATH, async (c) => {
    // NOTE: another site would see by the styles that are fetched from it who is an administrator here, and choose our words.
    if (!['same-origin', 'none', undefined].includes(c.req.header('sec-fetch-site')))
      throw new Problem({ kind: 'forbidden', message: 'This page is shown to the console alone.' })
    const session = await deps.sessionOf(c)
    if (session === undefined) throw new Problem({ kind: 'unauthenticated' })
    if (!(await deps.isAdministrator(session.userId)))
      throw new Problem({ kind: 'not-found', message: 'There is nothing at this address' })
    const theme = themeOf(readTheme(c))
    const html = signInPage({ theme, action: PATH, csrf: '', username: '', takesFocus: false })
    return page(c, html, { theme, isPreview: true })
  })

/** What is empty counts as left out, as in a form. @throws {Problem} malformed; invalid, naming the attribute */
const readTheme = (c: Context): AuthConfigInput['theme'] => {
  const given = readQueryPairs(c).filter(([, value]) => value !== '')
  const unknown = given.find(
    ([name], index) => !NAMES.includes(name) || given.findIndex(([other]) => other === name) < index,
  )
  if (unknown !== undefined)
    throw malformed(`expected ${NAMES.join(', ')}, each once`, unknown[0].slice(0, 80))
  const kind = { type: 'AuthConfig', schema: authConfigSchema, writeOnly: [] }
  return validate(kind, { theme: Object.fromEntries(given) }).theme
}
