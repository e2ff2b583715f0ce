import type { JsonObject } from './json.ts'

/** What was wrong with one part of a request. `path` is the parameter or attribute, dotted (`twoFactor.webhook.timeout`). */
export interface ProblemIssue {
  readonly path?: string
  readonly message: string
}

/** RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 8707 §2, RFC 9470 §3, OpenID Connect Core §3.1.2.6. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'
  | 'invalid_target'
  | 'access_denied'
  | 'unsupported_response_type'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'login_required'
  | 'interaction_required'
  | 'consent_required'
  | 'account_selection_required'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'
  | 'unmet_authentication_requirements'

/** Everything that can end a request early. The edge decides how it looks: OAuth JSON, OperationOutcome or page. */
export type ProblemDetails =
  | {
      readonly kind: 'oauth'
      readonly error: OAuthErrorCode
      readonly description: string
      /** The scheme to name in `WWW-Authenticate`; `Basic` makes the answer a 401. */
      readonly challenge?: 'Basic' | 'Bearer'
      /** Further members of the answer, for programs (RFC 6749 §8.5 leaves room for them). */
      readonly members?: JsonObject
      /** How old the sign-in may be that a token needs (RFC 9470 §3). */
      readonly maxAgeSeconds?: number
    }
  /** `isTokenRefused`: a bearer token was shown, and was not good (RFC 6750 §3.1). */
  | { readonly kind: 'unauthenticated'; readonly isTokenRefused?: true }
  /** `isOfForm`: a form that another answer of its page would let pass. */
  | { readonly kind: 'forbidden'; readonly message?: string; readonly isOfForm?: true }
  | { readonly kind: 'not-found'; readonly message: string }
  | { readonly kind: 'gone'; readonly message: string }
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  | { readonly kind: 'not-acceptable'; readonly message: string }
  | { readonly kind: 'duplicate'; readonly message: string }
  | { readonly kind: 'version-conflict'; readonly message: string }
  | { readonly kind: 'too-large'; readonly limitBytes: number }
  | { readonly kind: 'unsupported-media-type'; readonly message: string }
  /** 400: the request could not be understood. */
  | { readonly kind: 'malformed'; readonly issues: readonly ProblemIssue[] }
  /** 422: understood, but its content is not acceptable. */
  | { readonly kind: 'invalid'; readonly issues: readonly ProblemIssue[] }
  | { readonly kind: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number; readonly message: string }

/** Ends the request. Throw it for what a caller did wrong or what is down; anything else thrown is a bug and a 500. */
export class Problem extends Error {
  readonly details: ProblemDetails

  constructor(details: ProblemDetails, options?: ErrorOptions) {
    super(describe(details), options)
    this.name = 'Problem'
    this.details = details
  }
}

const describe = (details: ProblemDetails): string => {
  switch (details.kind) {
    case 'oauth':
      return `${details.error}: ${details.description}`
    case 'malformed':
    case 'invalid':
      return details.issues
        .map((issue) => (issue.path ? `${issue.path}: ${issue.message}` : issue.message))
        .join('; ')
    case 'unauthenticated':
      return 'Login Required'
    case 'method-not-allowed':
      return `use ${details.allow.join(', ')}`
    case 'too-large':
      return `the body is larger than ${details.limitBytes} bytes`
    case 'rate-limited':
      return `too many tries, wait ${details.retryAfterSeconds} s`
    default:
      return details.message ?? details.kind
  }
}

/** A 400 that names one parameter. */
export const malformed = (message: string, path?: string): Problem =>
  new Problem({ kind: 'malformed', issues: [path === undefined ? { message } : { path, message }] })

/** A 422 that names one attribute. */
export const invalid = (message: string, path?: string): Problem =>
  new Problem({ kind: 'invalid', issues: [path === undefined ? { message } : { path, message }] })

/** An OAuth error answer (RFC 6749 §5.2, RFC 6750 §3); `challenge` names the scheme, and `Basic` makes it a 401. */
export const oauthProblem = (
  error: OAuthErrorCode,
  description: string,
  challenge?: 'Basic' | 'Bearer',
): Problem =>
  new Problem(
    challenge === undefined
      ? { kind: 'oauth', error, description }
      : { kind: 'oauth', error, description, challenge },
  )
