import type { OAuthErrorCode, ProblemDetails } from '../kernel/problem.ts'
import type { HeaderName } from './header-name.ts'

/** The HTTP status of a problem, the same in every face. */
export const problemStatus = (details: ProblemDetails): number => {
  switch (details.kind) {
    case 'oauth':
      return details.challenge === 'Basic' ? 401 : oauthStatus(details.error)
    case 'unauthenticated':
      return 401
    case 'forbidden':
      return 403
    case 'not-found':
      return 404
    case 'method-not-allowed':
      return 405
    case 'not-acceptable':
      return 406
    case 'duplicate':
      return 409
    case 'gone':
      return 410
    case 'version-conflict':
      return 412
    case 'too-large':
      return 413
    case 'unsupported-media-type':
      return 415
    case 'malformed':
      return 400
    case 'invalid':
      return 422
    case 'rate-limited':
      return 429
    case 'unavailable':
      return 503
  }
}

/** RFC 6749 §5.2: 400 unless another status says it better; RFC 6750 §3.1 for the token's own errors. */
const oauthStatus = (error: OAuthErrorCode): number => {
  switch (error) {
    case 'invalid_client':
    case 'invalid_token':
    case 'insufficient_user_authentication':
    case 'login_required':
      return 401
    case 'insufficient_scope':
      return 403
    case 'server_error':
      return 500
    case 'temporarily_unavailable':
      return 503
    default:
      return 400
  }
}

/** The headers that belong to a problem in every face: Allow and Retry-After. */
export const problemHeaders = (details: ProblemDetails): readonly (readonly [HeaderName, string])[] => {
  switch (details.kind) {
    case 'method-not-allowed':
      return [['Allow', details.allow.join(', ')]]
    case 'rate-limited':
    case 'unavailable':
      return [['Retry-After', String(Math.max(1, Math.ceil(details.retryAfterSeconds)))]]
    default:
      return []
  }
}
