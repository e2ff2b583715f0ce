import { hash } from 'node:crypto'
import type { SigningAlgorithm } from '../keys/signing-algorithm.ts'

/** SHA-512 is the hash inside Ed25519 (RFC 8032 §5.1); the others name theirs. */
const DIGESTS = { RS256: 'sha256', ES256: 'sha256', EdDSA: 'sha512' } as const

/** `at_hash` and `c_hash` (OpenID Connect Core §3.1.3.6): the left half of the hash of the ASCII text, as base64url. */
export const halfHash = (text: string, algorithm: SigningAlgorithm): string => {
  const digest = hash(DIGESTS[algorithm], text, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
