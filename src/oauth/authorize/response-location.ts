/**
 * The redirect URI as registered, byte for byte, with the answer's parameters behind it: in the query (RFC 6749 §4.1.2) or
 * in the fragment (§4.2.2), which no server sees. Values are escaped so that decoding gives the same bytes back; unreserved
 * characters stay as they came.
 */
export const responseLocation = (
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
  mode: 'query' | 'fragment',
): string => {
  const encoded = Object.entries(parameters)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&')
  return `${redirectUri}${mode === 'fragment' ? '#' : separator(redirectUri)}${encoded}`
}

const separator = (redirectUri: string): string => {
  if (!redirectUri.includes('?')) return '?'
  return redirectUri.endsWith('?') || redirectUri.endsWith('&') ? '' : '&'
}
