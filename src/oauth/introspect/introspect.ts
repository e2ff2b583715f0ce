import type { ClientStore } from '../../clients/client.store.ts'
import type { Client } from '../../clients/client.ts'
import { settingsOf } from '../../clients/flow.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { hashSecretToken } from '../../kernel/secret-token.ts'
import { authenticationClaims } from '../../sessions/authentication-context.ts'
import type { IssuedToken, IssuedTokenStore } from '../issued-token.store.ts'
import { ignore } from '../token/grant.ts'

export interface IntrospectDeps {
  readonly issuedTokens: Pick<IssuedTokenStore, 'find'>
  readonly clients: Pick<ClientStore, 'find'>
  readonly clock: Clock
  readonly issuer: string
}

/** All that is told of a token that is not active, or that the client may not know of (RFC 7662 §2.2). */
const INACTIVE: JsonObject = { active: false }

/** Looks the token up that is asked about, so that it travels beside the lookup of the client that asks. */
export const findAskedAbout = (
  { issuedTokens, clock }: IntrospectDeps,
  token: string,
  hint: string | undefined,
): Promise<IssuedToken | undefined> => {
  const found = issuedTokens.find(hashSecretToken(token), clock.now(), kindOf(hint))
  found.catch(ignore)
  return found
}

/**
 * Tells a client what a token is worth now (RFC 7662 §2). An application may ask of its own tokens and of those made out
 * for it as audience; a resource server of every token: a client that the operator trusts, or that calls the API by itself.
 */
export const introspect = async (
  deps: IntrospectDeps,
  asker: Client,
  found: IssuedToken | undefined,
): Promise<JsonObject> => {
  if (found?.isLive !== true) return INACTIVE
  const owner = found.clientId === asker.id ? asker : await deps.clients.find(found.clientId)
  if (owner === undefined) return INACTIVE
  const audience = found.audience ?? settingsOf(owner, found.flow).audience
  const mayKnow = asker.id === owner.id || audience.includes(asker.id) || isResourceServer(asker)
  return mayKnow ? describe(deps, found, audience) : INACTIVE
}

const isResourceServer = (client: Client): boolean =>
  client.document.trusted === true || client.grantTypes.has('basic')

const describe = (
  { issuer }: IntrospectDeps,
  token: IssuedToken,
  audience: readonly string[],
): JsonObject => ({
  active: true,
  ...(token.scopes.length === 0 ? {} : { scope: token.scopes.join(' ') }),
  client_id: token.clientId,
  ...(token.username === undefined ? {} : { username: token.username }),
  // NOTE: a refresh token is presented here alone, so it has no type (RFC 7662 §2.2, RFC 6749 §5.1).
  ...(token.kind === 'access' ? { token_type: 'Bearer' } : {}),
  exp: Math.floor(token.expiresAt / 1000),
  iat: Math.floor(token.issuedAt / 1000),
  sub: token.userId ?? token.clientId,
  ...(audience.length === 0 ? {} : { aud: audience.length === 1 ? (audience[0] ?? '') : audience }),
  iss: issuer,
  jti: token.id,
  // RFC 9470 §6.2.
  ...authenticationClaims(token),
})

/** The hint helps to find sooner; an unknown one is no fault (RFC 7662 §2.1). */
export const kindOf = (hint: string | undefined): IssuedToken['kind'] =>
  hint === 'refresh_token' ? 'refresh' : 'access'
