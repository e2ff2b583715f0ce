import type { AuthorizeError } from './authorize-checks.ts'

/**
 * The redirect URI as registered, byte for byte, with the answer's parameters behind it (RFC 6749 §4.1.2, RFC 9207 §2).
 * Values are escaped so that decoding gives the same bytes back; unreserved characters stay as they came.
 */
export const responseLocation = (
  redirectUri: string,
  parameters: Readonly<Record<string, string | undefined>>,
): string => {
  const query = Object.entries(parameters)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&')
  return `${redirectUri}${separator(redirectUri)}${query}`
}

const separator = (redirectUri: string): string => {
  if (!redirectUri.includes('?')) return '?'
  return redirectUri.endsWith('?') || redirectUri.endsWith('&') ? '' : '&'
}

export interface ErrorTarget {
  readonly redirectUri: string
  readonly state: string | undefined
}

/** The error answer (RFC 6749 §4.1.2.1) with `iss` as in a success (RFC 9207 §2). */
export const errorLocation = (
  target: ErrorTarget,
  { error, description }: AuthorizeError,
  issuer: string,
): string =>
  responseLocation(target.redirectUri, {
    error,
    error_description: description,
    state: target.state,
    iss: issuer,
  })
