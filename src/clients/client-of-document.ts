import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { Client, Flow, FlowSettings, TokenAlgorithm } from './client.ts'
import { CLIENT_AUTHENTICATION_METHODS, usableKeys } from './client-keys.ts'

/** What a client gets that configures no lifetime: nothing is infinite. */
const DEFAULT_ACCESS_TOKEN_SECONDS = 3600
const DEFAULT_REFRESH_TOKEN_SECONDS = 30 * 24 * 3600

/** Reads the settings of a stored Client document; anything of the wrong shape counts as left out. */
export const clientOfDocument = (id: string, document: JsonObject): Client => {
  const name = textOf(document.name)
  return {
    id,
    ...(name === undefined ? {} : { name }),
    isActive: document.active !== false,
    isFirstParty: document.first_party === true,
    grantTypes: new Set(
      textsOf(document.grant_types)?.map((type) => (type === 'code' ? 'authorization_code' : type)),
    ),
    settings: {
      authorizationCode: flowOf(document, 'authorization_code'),
      clientCredentials: flowOf(document, 'client_credentials'),
      password: flowOf(document, 'password'),
      // NOTE: a page keeps nothing safe; there is no refresh token for it (RFC 6749 §4.2.2).
      implicit: { ...flowOf(document, 'implicit'), isRefreshTokenIssued: false },
      tokenExchange: flowOf(document, 'token_exchange'),
    },
    postLogoutRedirectUris: textsOf(document.post_logout_redirect_uris) ?? [],
    backChannelLogoutUri: textOf(document.backchannel_logout_uri),
    allowedIssuers: textsOf(document.allowedIssuers) ?? [],
    allowedScopes: textsOf(document.scope) ?? (document['allowed-scopes'] === undefined ? undefined : []),
    idTokenAlgorithm: algorithmOf(document.id_token_signed_response_alg),
    accessTokenAlgorithm: algorithmOf(document.access_token_signed_response_alg),
    jwks: usableKeys(Array.isArray(document.jwks) ? document.jwks : []),
    jwksUri: textOf(document.jwks_uri),
    authenticationMethod: CLIENT_AUTHENTICATION_METHODS.find(
      (method) => method === document.token_endpoint_auth_method,
    ),
    document,
  }
}

/** The ids of the Scope resources that `allowed-scopes` names. */
export const allowedScopeIdsOf = (document: JsonObject): readonly string[] => {
  const references = document['allowed-scopes']
  return (Array.isArray(references) ? references : [])
    .map((reference) => (isJsonObject(reference) ? textOf(reference.id) : undefined))
    .filter((id) => id !== undefined)
}

const flowOf = (document: JsonObject, flow: Flow): FlowSettings => {
  const flows = isJsonObject(document.auth) ? document.auth : {}
  const settings = isJsonObject(flows[flow]) ? flows[flow] : {}
  return {
    redirectUris: redirectUrisOf(settings),
    tokenFormat: settings.token_format === 'jwt' ? 'jwt' : 'opaque',
    accessTokenSeconds: secondsOf(settings.access_token_expiration) ?? DEFAULT_ACCESS_TOKEN_SECONDS,
    refreshTokenSeconds: secondsOf(settings.refresh_token_expiration) ?? DEFAULT_REFRESH_TOKEN_SECONDS,
    isRefreshTokenIssued: settings.refresh_token === true,
    isSecretRequired: flagOf(settings.secret_required),
    isPkceRequired: flagOf(settings.pkce),
    audience: textsOf(settings.audience) ?? [],
    assertionTypes: textsOf(settings.client_assertion_types),
  }
}

const redirectUrisOf = ({ redirect_uri: one, redirect_uris: several }: JsonObject): readonly string[] => [
  ...new Set(
    [one, ...(Array.isArray(several) ? several : [])].map(textOf).filter((uri) => uri !== undefined),
  ),
]

const textOf = (value: JsonValue | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

const textsOf = (value: JsonValue | undefined): readonly string[] | undefined =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined

const secondsOf = (value: JsonValue | undefined): number | undefined =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined

const algorithmOf = (value: JsonValue | undefined): TokenAlgorithm | undefined =>
  value === 'RS256' || value === 'ES256' || value === 'EdDSA' ? value : undefined

const flagOf = (value: JsonValue | undefined): boolean | undefined =>
  typeof value === 'boolean' ? value : undefined
