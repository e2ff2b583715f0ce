import type { PublicJwk } from '../../kernel/public-jwk.ts'

/** One key that an issuer signs with; its algorithm is the only one it counts for (RFC 8725 §3.1). */
export type IntrospectorKey =
  | { readonly kind: 'public'; readonly jwk: PublicJwk; readonly algorithm: string }
  | { readonly kind: 'secret'; readonly secret: string }

/** Where tokens are asked about. `cacheSeconds`: how long an answer about a bearer token counts. */
export interface Endpoint {
  readonly kind: 'endpoint'
  readonly url: string
  readonly authorization: string | undefined
  readonly cacheSeconds: number
}

export type Verification =
  /** Tokens are JWTs. */
  | { readonly kind: 'keys'; readonly keys: readonly IntrospectorKey[] }
  | { readonly kind: 'remote-keys'; readonly uri: string; readonly cacheSeconds: number }
  /** Tokens are opaque: the issuer is asked (RFC 7662). */
  | Endpoint

/** Somebody whose tokens are believed, and how they are told from forged ones. */
export interface Introspector {
  readonly id: string
  readonly issuer: string
  /** Whom its tokens may be for, beside this server and the client that shows one. */
  readonly audience: readonly string[]
  readonly verification: Verification
}
