import { MAX_DEPTH } from '../http/document-rules.ts'
import { malformed } from '../kernel/problem.ts'

/**
 * Splits a JSON Pointer (RFC 6901 §3, §4).
 * @throws {Problem} malformed — no leading slash, a `~` that escapes nothing, deeper than any document
 */
export const parseJsonPointer = (pointer: string, path: string): readonly string[] => {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer))
    throw malformed('expected a JSON Pointer such as /name/givenName, with ~ written as ~0 and / as ~1', path)
  const parts = pointer.slice(1).split('/')
  if (parts.length > MAX_DEPTH) throw malformed(`points deeper than ${MAX_DEPTH} levels`, path)
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
