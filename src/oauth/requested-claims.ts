/** What a client asked for by the `claims` and `acr_values` parameters (OpenID Connect Core §5.5), and gets. */
export interface RequestedClaims {
  /** Names of claims for the ID token, and for userinfo. */
  readonly idToken: readonly string[]
  readonly userinfo: readonly string[]
  /** The class that is told in place of the highest one: the first asked for that is reached (§5.5.1.1). */
  readonly acr?: string
}
