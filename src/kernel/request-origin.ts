/** Where a request came from, as far as audit and throttling care. */
export interface RequestOrigin {
  /** The client's IP address after trusted proxies; IPv6 in canonical text. */
  readonly address: string
  readonly requestId: string
  /** What the program says of itself: anything, at most 256 characters. */
  readonly userAgent?: string
}
