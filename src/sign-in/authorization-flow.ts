import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { BrowserSession } from '../sessions/session.ts'

/** An authorization request that waits for a sign-in. */
export interface PendingAuthorization {
  /** As the browser carries it: sealed, and safe in a URL as it is. */
  readonly request: string
  readonly clientId: string
  readonly clientName: string
  readonly loginHint: string | undefined
  /** The origin (or scheme) of the redirect URI, for `form-action`. */
  readonly redirectOrigin: string
}

/** Where a signed-in browser goes next, once the steps are committed. */
export interface NextStop {
  readonly location: string
  readonly steps: readonly WriteStep[]
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
  /** The pending request, if it lives and belongs to this browser. */
  find(request: string, browserHash: string): Promise<PendingAuthorization | undefined>
  /** Whether the request wants a second factor of the session and nothing else of a sign-in. */
  asksForCodeOnly(request: string, browserHash: string, session: BrowserSession): Promise<boolean>
  /**
   * Where a browser goes that is about to be signed in: the client's redirect URI with a code, the consent page, or, when
   * the request is over, a page that says so. Reads only; the code is one once the steps commit together with the session.
   */
  prepare(
    request: string,
    browserHash: string,
    session: BrowserSession,
    origin?: RequestOrigin,
  ): Promise<NextStop>
  /**
   * Where a signed-in browser goes next, as in {@link prepare}, or the sign-in page again when the sign-in is older than the
   * request allows. Commits. @throws {Problem} gone — the request is over
   */
  proceed(
    request: string,
    browserHash: string,
    session: BrowserSession,
    origin?: RequestOrigin,
  ): Promise<string>
}
