/** Every header that we send, in its one spelling. */
export type HeaderName =
  | 'Access-Control-Allow-Headers'
  | 'Access-Control-Allow-Methods'
  | 'Access-Control-Allow-Origin'
  | 'Access-Control-Expose-Headers'
  | 'Access-Control-Max-Age'
  | 'Allow'
  | 'Cache-Control'
  | 'Connection'
  | 'Content-Encoding'
  | 'Content-Security-Policy'
  | 'Content-Type'
  | 'Cross-Origin-Opener-Policy'
  | 'Cross-Origin-Resource-Policy'
  | 'ETag'
  | 'Last-Modified'
  | 'Location'
  | 'Permissions-Policy'
  | 'Pragma'
  | 'Referrer-Policy'
  | 'Retry-After'
  | 'Strict-Transport-Security'
  | 'Vary'
  | 'WWW-Authenticate'
  | 'X-Content-Type-Options'
  | 'X-Frame-Options'
  | 'X-Request-Id'

/**
 * The headers of an answer that is not made yet.
 * NOTE: a plain object, not `c.header`: the server writes it as it is, where Headers would cost as much as the routing.
 */
export interface AnswerHeaders {
  readonly plain: { [Name in HeaderName]?: string }
  readonly cookies: string[]
}
