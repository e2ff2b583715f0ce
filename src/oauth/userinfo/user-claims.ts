import type { JsonObject } from '../../kernel/json.ts'
import { claimsOfScopes, standardClaims } from '../id-token/standard-claims.ts'
import type { UserView } from '../user-view.ts'

/** `sub` and the claims of the scopes and those asked for by name, as far as they are known (OpenID Connect Core §5.3.2). */
export const userClaims = (
  user: UserView,
  scopes: readonly string[],
  requestedClaims: readonly string[],
): JsonObject => ({
  sub: user.id,
  ...standardClaims(user, [...claimsOfScopes(scopes), ...requestedClaims]),
})
