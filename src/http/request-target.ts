import type { Context, MiddlewareHandler } from 'hono'
import { malformed, Problem } from '../kernel/problem.ts'
import type { AppEnv } from './app-env.ts'

const PLAIN_PATH = /^(?:\/[A-Za-z0-9_$:@!~.-]+)+\/?$/
const DOT_SEGMENT = /\/\.{1,2}(?:[/;]|$)/
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/

/**
 * Refuses paths that one hop may read as another path than we do: dot segments, doubled, encoded or back slashes.
 * NOTE: the router would see them resolved; a proxy that guards `/auth/x` by prefix may not have.
 */
export const withPlainTarget: MiddlewareHandler<AppEnv> = (c, next) => {
  const path = sentPath(c)
  if (path !== '/' && (!PLAIN_PATH.test(path) || DOT_SEGMENT.test(path))) checkOddPath(path)
  return next()
}

const checkOddPath = (path: string): void => {
  if (BAD_ESCAPE.test(path))
    throw malformed('the address contains a % that two hexadecimal digits do not follow')
  const decoded = path.replaceAll(/%2e/gi, '.').replaceAll(/%(?:2f|5c)/gi, '//')
  if (
    decoded.includes('//') ||
    decoded.includes('\\') ||
    DOT_SEGMENT.test(decoded) ||
    /%(?:00|25)/.test(path)
  )
    throw new Problem({ kind: 'not-found', message: 'There is nothing at this address' })
  if (!isDecodable(path)) throw malformed('the address is not valid UTF-8')
}

const isDecodable = (path: string): boolean => {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

/** The path as it came over the wire, before anything resolved it. */
const sentPath = (c: Context): string => {
  const env: { readonly incoming?: { readonly url?: string } } | undefined = c.env
  const target = env?.incoming?.url ?? c.req.raw.url
  const path = target.replace(/^[a-z]+:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] ?? ''
  return path === '' ? '/' : path
}
