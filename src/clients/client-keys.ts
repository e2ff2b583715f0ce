import type { JsonObject } from '../kernel/json.ts'
import type { JwkFault, PublicJwk } from '../kernel/public-jwk.ts'
import { isKeyFor, jwkFault } from '../kernel/public-jwk.ts'

/** `token_endpoint_auth_method` (RFC 7591 §2): the one way in which a client says who it is. */
export const CLIENT_AUTHENTICATION_METHODS = [
  'client_secret_basic',
  'client_secret_post',
  'private_key_jwt',
  'none',
] as const

export type ClientAuthenticationMethod = (typeof CLIENT_AUTHENTICATION_METHODS)[number]

/** RFC 7523 §2.2; the only type of assertion there is. */
export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * What a client may sign assertions with: never a symmetric algorithm, whose key we would have to keep, and never `none`.
 * `Ed25519` is the newer name of what `EdDSA` says here (RFC 9864 §2.2).
 */
export const ASSERTION_ALGORITHMS = [
  'RS256',
  'RS384',
  'PS256',
  'PS384',
  'ES256',
  'ES384',
  'EdDSA',
  'Ed25519',
] as const

/** More keys than anybody rotates through. */
export const MOST_CLIENT_KEYS = 20

/** Tells why a client cannot sign assertions with the key, or undefined when it can. */
export const clientKeyFault = (jwk: JsonObject): JwkFault | undefined => {
  const fault = jwkFault(jwk)
  if (fault !== undefined) return fault
  if (ASSERTION_ALGORITHMS.some((algorithm) => isKeyFor(jwk, algorithm))) return undefined
  return jwk.alg === undefined
    ? { member: 'crv', message: 'expected P-256 or P-384' }
    : { member: 'alg', message: `expected one of ${ASSERTION_ALGORITHMS.join(', ')}` }
}

/** The places of keys that have the kid of an earlier one of their kind: nobody could tell which is meant (RFC 7517 §4.5). */
export const doubledKids = (keys: readonly JsonObject[]): readonly number[] =>
  keys.flatMap((key, index) =>
    key.kid !== undefined &&
    keys.slice(0, index).some((earlier) => earlier.kid === key.kid && earlier.kty === key.kty)
      ? [index]
      : [],
  )

/** Of a stored document; keys from before a rule count only where they keep it. */
export const usableKeys = (keys: readonly unknown[]): readonly PublicJwk[] =>
  keys
    .slice(0, MOST_CLIENT_KEYS)
    .filter(
      (key): key is PublicJwk =>
        typeof key === 'object' && key !== null && clientKeyFault(key as JsonObject) === undefined,
    )
