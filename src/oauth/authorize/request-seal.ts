import type { AuthorizeRequest } from './authorize-request.ts'

/** An authorization request that waits for its person, who may look at other pages meanwhile. */
export interface PendingRequest {
  readonly request: AuthorizeRequest
  /** When it came. */
  readonly createdAt: number
}

/**
 * Lets the browser carry its pending requests, so that a link nobody signs in at writes nothing (ADR 9). What it carries
 * can be neither read nor changed, and is worth nothing in another browser.
 */
export interface RequestSeal {
  /** Base64url and dots: goes into a URL or a hidden field as it is. */
  seal(pending: PendingRequest, browserHash: string): string
  /** Undefined for what was changed, cut, or sealed for another browser. Does not look at its age. */
  open(sealed: string, browserHash: string): PendingRequest | undefined
}
