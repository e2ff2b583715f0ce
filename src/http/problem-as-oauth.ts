import type { Context } from 'hono'
import type { OAuthErrorCode, Problem, ProblemDetails } from '../kernel/problem.ts'
import { putHeader } from './answer-headers.ts'
import { isOwnScript } from './own-script.ts'
import { problemHeaders, problemStatus } from './problem-status.ts'
import { answer } from './respond.ts'

const REALM = 'realm="Countersign"'

const BASIC = `Basic ${REALM}, charset="UTF-8"`

/** RFC 6750 §3: of whoever showed a token that is not good. */
export const TOKEN_REFUSED = `Bearer ${REALM}, error="invalid_token"`

/** RFC 6750 §3.1: of whoever showed a good token that does not reach so far. */
export const TOKEN_NOT_ENOUGH = `Bearer ${REALM}, error="insufficient_scope"`

export const showedBearer = (c: Context): boolean => /^bearer /i.test(c.req.header('authorization') ?? '')

/** Answers with the JSON of RFC 6749 §5.2, not to be stored (§5.1); a 401 names a scheme (RFC 9110 §15.5.2, RFC 6750 §3). */
export const problemAsOAuth = (c: Context, problem: Problem): Response => {
  const { details } = problem
  const error = errorCode(details)
  const description = printable(details.kind === 'oauth' ? details.description : problem.message)
  for (const [name, value] of problemHeaders(details)) putHeader(c, name, value)
  const status = problemStatus(details)
  if (details.kind === 'oauth' && details.challenge !== undefined)
    putHeader(c, 'WWW-Authenticate', challenge(details.challenge, error, description, details.maxAgeSeconds))
  else if (details.kind === 'unauthenticated' && details.isTokenRefused === true)
    putHeader(c, 'WWW-Authenticate', TOKEN_REFUSED)
  else if (details.kind === 'forbidden' && showedBearer(c)) putHeader(c, 'WWW-Authenticate', TOKEN_NOT_ENOUGH)
  else if (status === 401)
    // NOTE: RFC 6749 §2.3.1: a client that named itself in the body, or not at all, may use Basic.
    putHeader(
      c,
      'WWW-Authenticate',
      error === 'invalid_client' && !isOwnScript(c) ? BASIC : `Bearer ${REALM}`,
    )
  putHeader(c, 'Pragma', 'no-cache')
  const body = JSON.stringify({
    error,
    error_description: description,
    ...(details.kind === 'oauth' ? details.members : undefined),
  })
  return answer(c, body, status, 'application/json; charset=utf-8')
}

const challenge = (
  scheme: 'Basic' | 'Bearer',
  error: OAuthErrorCode,
  description: string,
  maxAgeSeconds: number | undefined,
): string => {
  if (scheme === 'Basic') return BASIC
  const maxAge = maxAgeSeconds === undefined ? '' : `, max_age="${maxAgeSeconds}"`
  return `Bearer ${REALM}, error="${error}", error_description="${description}"${maxAge}`
}

const errorCode = (details: ProblemDetails): OAuthErrorCode => {
  switch (details.kind) {
    case 'oauth':
      return details.error
    case 'unauthenticated':
      return 'login_required'
    case 'forbidden':
      return 'access_denied'
    case 'rate-limited':
    case 'unavailable':
      return 'temporarily_unavailable'
    case 'not-found':
    case 'gone':
    case 'method-not-allowed':
    case 'not-acceptable':
    case 'duplicate':
    case 'version-conflict':
    case 'too-large':
    case 'unsupported-media-type':
    case 'malformed':
    case 'invalid':
      return 'invalid_request'
  }
}

/** error_description allows printable ASCII without quote and backslash (RFC 6749 §5.2). */
const printable = (text: string): string =>
  text
    .replaceAll('"', "'")
    .replaceAll('\\', '/')
    .replaceAll('…', '...')
    .replaceAll(/[^ -~]/gu, '?')
