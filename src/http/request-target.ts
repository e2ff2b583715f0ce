import { malformed, Problem } from '../kernel/problem.ts'
import type { Wire } from './app-env.ts'

const PLAIN_PATH = /^(?:\/[A-Za-z0-9_$:@!~.-]+)+\/?$/
const DOT_SEGMENT = /\/\.{1,2}(?:[/;]|$)/
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/

/**
 * What is wrong with a path that one hop may read as another path than we do: dot segments, doubled, encoded or back slashes.
 * NOTE: the router would see them resolved; a proxy that guards `/auth/x` by prefix may not have.
 */
export const faultOfTarget = (request: Request, wire: Wire): Problem | undefined => {
  const path = sentPath(wire.incoming?.url ?? request.url)
  return path === '/' || (PLAIN_PATH.test(path) && !DOT_SEGMENT.test(path)) ? undefined : faultOfOddPath(path)
}

const faultOfOddPath = (path: string): Problem | undefined => {
  if (BAD_ESCAPE.test(path))
    return malformed('the address contains a % that two hexadecimal digits do not follow')
  const decoded = path.replaceAll(/%2e/gi, '.').replaceAll(/%(?:2f|5c)/gi, '//')
  if (
    decoded.includes('//') ||
    decoded.includes('\\') ||
    DOT_SEGMENT.test(decoded) ||
    /%(?:00|25)/.test(path)
  )
    return new Problem({ kind: 'not-found', message: 'There is nothing at this address' })
  return isDecodable(path) ? undefined : malformed('the address is not valid UTF-8')
}

const isDecodable = (path: string): boolean => {
  try {
    // NOTE: the bundler takes a call away whose value nobody uses, though this one may throw.
    return decodeURIComponent(path) !== ''
  } catch {
    return false
  }
}

/** The path as it came over the wire, before anything resolved it. */
const sentPath = (target: string): string => {
  const rest = target.startsWith('/') ? target : target.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
  const end = rest.search(/[?#]/)
  const path = end < 0 ? rest : rest.slice(0, end)
  return path === '' ? '/' : path
}
