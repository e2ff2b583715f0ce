export interface OutboundRequest {
  /** `http:` or `https:`, as an operator wrote it. */
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Of everything, names included; at most 10 s. */
  readonly timeoutMilliseconds: number
  /** A longer answer is a failure. 0: only its status is wanted, and nothing more is read. */
  readonly mostBytes: number
}

export type OutboundFailure =
  | 'busy'
  | 'timeout'
  | 'refused-url'
  | 'refused-scheme'
  | 'refused-address'
  | 'unknown-host'
  | 'connection-failed'
  | 'too-large'

export type OutboundOutcome =
  /** Whatever the status; a redirect is an answer like any other. */
  | { readonly kind: 'answered'; readonly status: number; readonly body: Uint8Array }
  | { readonly kind: 'failed'; readonly reason: OutboundFailure }

/**
 * Calls an address that somebody configured, once, over a connection of its own, and answers within the timeout whatever
 * the other side does. Never follows a redirect, never connects to a link-local address, and connects to the very address
 * that was checked. Never throws; no failure repeats what the other side said.
 */
export type OutboundFetch = (request: OutboundRequest) => Promise<OutboundOutcome>
