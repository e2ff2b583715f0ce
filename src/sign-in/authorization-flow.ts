import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { BrowserSession } from '../sessions/session.ts'

/** An authorization request that waits for a sign-in. */
export interface PendingAuthorization {
  readonly requestId: string
  readonly clientId: string
  readonly clientName: string
  readonly loginHint: string | undefined
  /** The origin (or scheme) of the redirect URI, for `form-action`. */
  readonly redirectOrigin: string
}

/** What `oauth` does for the sign-in pages: they carry the request, it owns the checks (handed in by app.ts). */
export interface AuthorizationFlow {
  /**
   * Checks an OAuth query as `/auth/authorize` does. `browserHash` is the hash of the flow cookie.
   * `redirect`: no sign-in is needed or the error goes to the client. @throws {Problem} for what must never redirect
   */
  begin(
    query: URLSearchParams,
    browserHash: string,
    session: BrowserSession | undefined,
    /** For the audit log. */
    origin?: RequestOrigin,
  ): Promise<
    | { readonly kind: 'redirect'; readonly location: string }
    | { readonly kind: 'sign-in'; readonly pending: PendingAuthorization }
  >
  /** The saved request, if it lives and belongs to this browser. */
  find(requestId: string, browserHash: string): Promise<PendingAuthorization | undefined>
  /**
   * Where a signed-in browser goes next: the client's redirect URI with a code, the consent page, or the sign-in page
   * again when the sign-in is older than the request allows. @throws {Problem} gone — the request is over
   */
  proceed(
    requestId: string,
    browserHash: string,
    session: BrowserSession,
    origin?: RequestOrigin,
  ): Promise<string>
}
