/** Claims that were asked for by name (OpenID Connect Core §5.5), with the code and the tokens they were asked for. */
export const requestedClaims: readonly string[] = [`alter table session add column requested_claims text`]
