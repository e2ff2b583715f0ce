/** What a sign-in is for. */
export interface Destination {
  /** The pending authorization request. */
  readonly request: string | undefined
  /** Checked already; a path of ours. */
  readonly redirectTo: string | undefined
}
