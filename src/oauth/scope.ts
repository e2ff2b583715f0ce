/** One scope (RFC 6749 §3.3): printable ASCII without blank, quote and backslash. */
const SCOPE_TOKEN = /^[!#-[\]-~]+$/
const LONGEST_SCOPE = 4096

/**
 * Splits a scope parameter into its distinct scopes, in order.
 * Answers undefined where the syntax of RFC 6749 §3.3 is broken; an empty list is never answered.
 */
export const parseScope = (text: string): readonly string[] | undefined => {
  const scopes = text.split(' ')
  return text.length <= LONGEST_SCOPE && scopes.every((scope) => SCOPE_TOKEN.test(scope))
    ? [...new Set(scopes)]
    : undefined
}

/** The scopes of a stored scope string; none for null. */
export const scopesOf = (stored: string | null | undefined): readonly string[] =>
  stored === null || stored === undefined || stored === '' ? [] : stored.split(' ')

/** What of `asked` the client may have; everything where the client names no scopes. `system/*.read` allows by pattern. */
export const permittedScopes = (
  asked: readonly string[],
  allowed: readonly string[] | undefined,
): readonly string[] =>
  allowed === undefined ? asked : asked.filter((scope) => allowed.some((pattern) => covers(pattern, scope)))

/** RFC 6749 §6: a refresh asks for the granted scopes or fewer. */
export const isWithin = (asked: readonly string[], granted: readonly string[]): boolean =>
  asked.every((scope) => granted.includes(scope))

const covers = (pattern: string, scope: string): boolean => {
  const [head = '', ...rest] = pattern.split('*')
  const tail = rest.at(-1)
  if (tail === undefined || rest.length > 1) return pattern === scope
  return scope.length >= head.length + tail.length && scope.startsWith(head) && scope.endsWith(tail)
}
