import { constants, verify } from 'node:crypto'
import type { JsonObject } from './json.ts'
import { isKeyFor, keyObjectOf } from './public-jwk.ts'

const DIGESTS: Readonly<Record<string, string | null>> = {
  RS256: 'sha256',
  RS384: 'sha384',
  RS512: 'sha512',
  PS256: 'sha256',
  PS384: 'sha384',
  PS512: 'sha512',
  ES256: 'sha256',
  ES384: 'sha384',
  ES512: 'sha512',
  EdDSA: null,
  Ed25519: null,
}

/** The algorithms that {@link isSignedBy} knows: no symmetric one, and not `none` (RFC 8725 §3.1). */
export const VERIFIABLE_ALGORITHMS: readonly string[] = Object.keys(DIGESTS)

/**
 * Whether the key's owner signed the input (RFC 7515 §5.2). False for an algorithm that is not the key's, whatever the
 * signature, and for a signature of the wrong form.
 * NOTE: synchronous, since a trip to the thread pool would queue behind password hashes.
 */
export const isSignedBy = (
  jwk: JsonObject,
  algorithm: string,
  input: string,
  signature: Uint8Array,
): boolean => {
  const digest = Object.hasOwn(DIGESTS, algorithm) ? DIGESTS[algorithm] : undefined
  if (digest === undefined || !isKeyFor(jwk, algorithm)) return false
  const isPss = algorithm.startsWith('PS')
  try {
    return verify(
      digest,
      Buffer.from(input),
      {
        key: keyObjectOf(jwk),
        dsaEncoding: 'ieee-p1363',
        // RFC 7518 §3.5: the salt is as long as the digest.
        ...(isPss
          ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
          : {}),
      },
      signature,
    )
  } catch {
    return false
  }
}
