import type { Context } from 'hono'
import { Hono } from 'hono'
import { makeAnswer, putHeader } from '../http/answer-headers.ts'
import type { AppEnv } from '../http/app-env.ts'
import { page, putPageHeaders, redirect } from '../http/respond.ts'
import { Problem } from '../kernel/problem.ts'
import type { ConsoleFile, ConsoleFiles } from './console-files.node.ts'
import { notBuiltPage } from './not-built.page.ts'

export interface ConsoleRoutesDeps {
  readonly files: ConsoleFiles
  readonly sessionOf: (c: Context) => Promise<{ readonly userId: string } | undefined>
  readonly isAdministrator: (userId: string) => Promise<boolean>
  /** Where somebody signs in who is to come back to `href`, of this server. */
  readonly signInHref: (href: string) => string
}

/** Scripts, styles and requests of our own alone; what is previewed in a frame comes from here as well. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** `/console` and all that is below it, for administrators: everybody else who is signed in finds nothing there. */
export const consoleRoutes = (deps: ConsoleRoutesDeps): Hono<AppEnv> => {
  const { files } = deps

  const visitorOf = async (c: Context): Promise<'nobody' | 'somebody' | 'administrator'> => {
    const session = await deps.sessionOf(c)
    if (session === undefined) return 'nobody'
    return (await deps.isAdministrator(session.userId)) ? 'administrator' : 'somebody'
  }

  const acceptsBrotli = (c: Context): boolean => /\bbr\b/.test(c.req.header('accept-encoding') ?? '')

  const send = (c: Context, file: ConsoleFile): Response => {
    putHeader(c, 'Content-Type', file.type)
    putHeader(c, 'Vary', 'Accept-Encoding')
    putHeader(c, 'Cross-Origin-Resource-Policy', 'same-origin')
    if (file.encoding !== undefined) putHeader(c, 'Content-Encoding', file.encoding)
    return makeAnswer(c, file.bytes, 200)
  }

  const show = async (c: Context) => {
    const visitor = await visitorOf(c)
    if (visitor === 'nobody') return redirect(c, deps.signInHref(hrefOf(c.req.url)))
    if (visitor === 'somebody') throw nothing()
    const file = await files.find('index.html', acceptsBrotli(c))
    if (file === undefined) return page(c, notBuiltPage(), { status: 503 })
    putPageHeaders(c)
    putHeader(c, 'Content-Security-Policy', POLICY)
    putHeader(c, 'Cache-Control', 'no-store')
    return send(c, file)
  }

  const serveFile = async (c: Context, name: string, cacheControl: string) => {
    const file =
      (await visitorOf(c)) === 'administrator' ? await files.find(name, acceptsBrotli(c)) : undefined
    if (file === undefined) throw nothing()
    putHeader(c, 'Cache-Control', cacheControl)
    return send(c, file)
  }

  return (
    new Hono<AppEnv>()
      // NOTE: their names hold a hash of the content; private, since only administrators see them.
      .get('/console/assets/:file', (c) =>
        serveFile(c, `assets/${c.req.param('file')}`, 'private, max-age=31536000, immutable'),
      )
      .get('/console/icon.svg', (c) => serveFile(c, 'icon.svg', 'private, max-age=3600'))
      .get('/console', show)
      .get('/console/*', show)
  )
}

/** The path and the query: what is looked for is part of an address of the console. */
const hrefOf = (url: string): string => {
  const { pathname, search } = new URL(url)
  return `${pathname}${search}`
}

const nothing = (): Problem => new Problem({ kind: 'not-found', message: 'There is nothing at this address' })
