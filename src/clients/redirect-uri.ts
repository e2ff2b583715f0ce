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
  if (REFUSED_SCHEMES.has(url.protocol)) return `must not have the scheme ${url.protocol}`
  if (url.username !== '' || url.password !== '') return 'must not have a user name or password'
  return undefined
}

export type RedirectUriMatch =
  | { readonly kind: 'match'; readonly uri: string }
  | { readonly kind: 'none-registered' | 'different' | 'unusable' }

/**
 * Compares a redirect URI with the registered one, character by character (RFC 9700 §4.1.3); the registered one is meant
 * when none is given. Nothing is normalised: what is returned goes into the Location header as it is.
 */
export const matchRedirectUri = (
  registered: string | undefined,
  given: string | undefined,
): RedirectUriMatch => {
  if (registered === undefined) return { kind: 'none-registered' }
  if (redirectUriFault(registered) !== undefined) return { kind: 'unusable' }
  return given === undefined || given === registered
    ? { kind: 'match', uri: registered }
    : { kind: 'different' }
}
