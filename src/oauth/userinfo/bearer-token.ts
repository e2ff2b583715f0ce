import { oauthProblem } from '../../kernel/problem.ts'

export type PresentedToken =
  | { readonly kind: 'none' }
  | { readonly kind: 'token'; readonly token: string }
  /** Other credentials than a Bearer token. */
  | { readonly kind: 'other-scheme' }

/** RFC 6750 §2.1: the scheme in any case, one b64token. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*) *$/i

/**
 * Takes the access token from the Authorization header or from a form body, one of them (RFC 6750 §2).
 * @throws {Problem} oauth/invalid_request — two tokens; oauth/invalid_token — a header that cannot be read
 */
export const readBearerToken = (
  authorization: string | undefined,
  bodyToken: string | undefined,
): PresentedToken => {
  if (authorization === undefined)
    return bodyToken === undefined ? { kind: 'none' } : { kind: 'token', token: bodyToken }
  if (!/^bearer(?: |$)/i.test(authorization)) return { kind: 'other-scheme' }
  if (bodyToken !== undefined)
    throw oauthProblem(
      'invalid_request',
      'the access token was sent in the header and in the body; send it once',
      'Bearer',
    )
  const token = BEARER.exec(authorization)?.[1]
  if (token === undefined)
    throw oauthProblem('invalid_token', 'the Authorization header must be Bearer and one token', 'Bearer')
  return { kind: 'token', token }
}
