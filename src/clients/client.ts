import type { JsonObject } from '../kernel/json.ts'

/** Settings of one flow, `Client.auth.<flow>`; absent ones have their defaults filled in. */
export interface AuthorizationCodeSettings {
  readonly redirectUri?: string
  readonly tokenFormat: 'opaque' | 'jwt'
  readonly accessTokenSeconds: number
  readonly refreshTokenSeconds: number
  readonly isRefreshTokenIssued: boolean
  /** `secret_required`; absent: true when the client has a secret and does not require PKCE. */
  readonly isSecretRequired: boolean | undefined
  /** `pkce`; absent: required of clients without a secret. */
  readonly isPkceRequired: boolean | undefined
  readonly audience: readonly string[]
}

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
  readonly authorizationCode: AuthorizationCodeSettings
  /**
   * Scopes it may ask for; undefined when it sets none (then any well-formed scope). None where they are only named as
   * `allowed-scopes`: what cannot be looked up limits to nothing, not to everything.
   */
  readonly allowedScopes: readonly string[] | undefined
  readonly document: JsonObject
}
