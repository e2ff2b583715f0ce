/** A scheme that a browser runs or shows by itself is no way back to an application. */
const REFUSED_SCHEMES = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'blob:',
  'file:',
  'about:',
  'view-source:',
])

/** What no redirect URI needs and parsers disagree on: controls, blanks, backslashes, anything not ASCII. */
const PRINTABLE = /^[!-[\]-~]+$/

/**
 * Tells why a string cannot be a redirect URI, or undefined when it can (RFC 6749 §3.1.2: absolute, without fragment).
 */
export const redirectUriFault = (uri: string): string | undefined => {
  if (!PRINTABLE.test(uri))
    return 'must be printable ASCII without blanks and backslashes; escape other characters'
  if (uri.includes('#')) return 'must not have a fragment (#)'
  if (uri.includes('*')) return 'must not have a wildcard (*); it is compared character by character'
  if (!URL.canParse(uri)) return 'must be an absolute URI such as https://app.example.org/callback'
  const url = new URL(uri)
  // NOTE: `https:host` is an address of its own here, and in a Location header a path below ours.
  if (/^https?:$/.test(url.protocol) && !/^https?:\/\/[^/]/i.test(uri))
    return 'must have two slashes before its host, such as https://app.example.org/callback'
  if (REFUSED_SCHEMES.has(url.protocol)) return `must not have the scheme ${url.protocol}`
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password'
  return undefined
}

export type RedirectUriMatch =
  | { readonly kind: 'match'; readonly uri: string }
  | { readonly kind: 'none-registered' | 'several-registered' | 'different' | 'unusable' }

/**
 * Compares a redirect URI with the registered ones, character by character (RFC 9700 §4.1.3); the registered one is meant
 * where there is one alone and none is given (RFC 6749 §3.1.2.3). Nothing is normalised: what is returned goes into the
 * Location header as it is. Only the port of a loopback address is free: an app on the desktop takes the one it gets from
 * its system (RFC 8252 §7.3).
 */
export const matchRedirectUri = (
  registered: readonly string[],
  given: string | undefined,
): RedirectUriMatch => {
  const [only, ...others] = registered
  if (only === undefined) return { kind: 'none-registered' }
  if (given === undefined) {
    if (others.length > 0) return { kind: 'several-registered' }
    return redirectUriFault(only) === undefined ? { kind: 'match', uri: only } : { kind: 'unusable' }
  }
  const uri = registered.find((candidate) => candidate === given || isSameButForPort(candidate, given))
  if (uri === undefined) return { kind: 'different' }
  return redirectUriFault(uri) === undefined && redirectUriFault(given) === undefined
    ? { kind: 'match', uri: given }
    : { kind: 'unusable' }
}

/** NOTE: addresses alone: what `localhost` means is for others to say (RFC 8252 §8.3). */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\])(?::[1-9]\d{0,4})?((?:[/?].*)?)$/

const isSameButForPort = (registered: string, given: string): boolean => {
  const [, ourHost, ourPath] = LOOPBACK.exec(registered) ?? []
  const [, host, path] = LOOPBACK.exec(given) ?? []
  return ourHost !== undefined && host === ourHost && path === ourPath && URL.canParse(given)
}
