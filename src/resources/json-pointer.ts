import { malformed } from '../kernel/problem.ts'

/** Splits a JSON Pointer (RFC 6901 §3, §4). @throws {Problem} malformed — no leading slash, or a `~` that escapes nothing */
export const parseJsonPointer = (pointer: string, path: string): readonly string[] => {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer))
    throw malformed('expected a JSON Pointer such as /name/givenName, with ~ written as ~0 and / as ~1', path)
  return pointer
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}
