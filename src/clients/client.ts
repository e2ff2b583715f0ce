import type { JsonObject } from '../kernel/json.ts'
import type { PublicJwk } from '../kernel/public-jwk.ts'
import type { ClientAuthenticationMethod } from './client-keys.ts'

/** The flows that issue tokens, as `Client.auth.<flow>` names them; a refresh goes on under the flow it descends from. */
export type Flow = 'authorization_code' | 'client_credentials' | 'password' | 'implicit' | 'token_exchange'

/** Settings of one flow; absent ones have their defaults filled in. What a flow does not know is off. */
export interface FlowSettings {
  /** All that are registered; a request may leave it out where there is one alone. */
  readonly redirectUris: readonly string[]
  readonly tokenFormat: 'opaque' | 'jwt'
  readonly accessTokenSeconds: number
  readonly refreshTokenSeconds: number
  readonly isRefreshTokenIssued: boolean
  /** `secret_required`; absent: true when the client has a secret and does not require PKCE. */
  readonly isSecretRequired: boolean | undefined
  /** `pkce`; absent: required of clients without a secret. */
  readonly isPkceRequired: boolean | undefined
  readonly audience: readonly string[]
  /** `client_assertion_types`: which assertions count here; undefined: any of a client with keys. */
  readonly assertionTypes: readonly string[] | undefined
}

export interface ClientSettings {
  readonly authorizationCode: FlowSettings
  readonly clientCredentials: FlowSettings
  readonly password: FlowSettings
  readonly implicit: FlowSettings
  readonly tokenExchange: FlowSettings
}

/** As `id_token_signed_response_alg` names them (OpenID Connect Dynamic Client Registration §2). */
export type TokenAlgorithm = 'RS256' | 'ES256' | 'EdDSA'

/** An application: what the rules need of a Client resource. */
export interface Client {
  readonly id: string
  readonly name?: string
  /** False only when `active: false`. */
  readonly isActive: boolean
  /** No consent screen. */
  readonly isFirstParty: boolean
  /** `code` and `authorization_code` both read `authorization_code`. */
  readonly grantTypes: ReadonlySet<string>
  readonly settings: ClientSettings
  /** Where the browser may be sent after a sign-out (OpenID Connect RP-Initiated Logout §3.1). */
  readonly postLogoutRedirectUris: readonly string[]
  /** Who is told when a session ends that its tokens hang on (OpenID Connect Back-Channel Logout §2.2). */
  readonly backChannelLogoutUri: string | undefined
  /** Issuers whose tokens it may exchange. */
  readonly allowedIssuers: readonly string[]
  /**
   * Scopes it may ask for: those of `scope` and of the Scope resources in `allowed-scopes`. Undefined when it has neither
   * (then any well-formed scope); a Scope that does not exist limits to nothing, not to everything.
   */
  readonly allowedScopes: readonly string[] | undefined
  /** What its tokens are signed with; undefined: what the server signs with. */
  readonly idTokenAlgorithm: TokenAlgorithm | undefined
  readonly accessTokenAlgorithm: TokenAlgorithm | undefined
  /** Public keys of the client: the inline ones, or where they are published. */
  readonly jwks: readonly PublicJwk[]
  readonly jwksUri: string | undefined
  /** The one way in which it says who it is; undefined: any that it has credentials for. */
  readonly authenticationMethod: ClientAuthenticationMethod | undefined
  readonly document: JsonObject
}

/** Whether the client can sign assertions. */
export const hasKeys = ({ jwks, jwksUri }: Pick<Client, 'jwks' | 'jwksUri'>): boolean =>
  jwks.length > 0 || jwksUri !== undefined
