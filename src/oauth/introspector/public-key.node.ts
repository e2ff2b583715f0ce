import { createPublicKey } from 'node:crypto'
import type { JsonObject } from '../../kernel/json.ts'
import type { PublicJwk } from '../../kernel/public-jwk.ts'
import { jwkFault } from '../../kernel/public-jwk.ts'

export type ReadPublicKey =
  | { readonly kind: 'key'; readonly jwk: PublicJwk }
  | { readonly kind: 'fault'; readonly message: string }

/**
 * Reads a public key as an operator pastes it: PEM, or `plain`, the Base64 between its lines (RFC 7468 §13). It counts for
 * this algorithm alone. A private key is refused, since what is stored here can be read.
 */
export const readPublicKey = (text: string, format: 'PEM' | 'plain', algorithm: string): ReadPublicKey => {
  if (/PRIVATE/.test(text)) return fault('must be the public key; the private one stays with its owner')
  try {
    const key =
      format === 'PEM'
        ? createPublicKey({ key: text, format: 'pem' })
        : createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
    const jwk = {
      ...(key.export({ format: 'jwk' }) as JsonObject & { readonly kty: string }),
      alg: algorithm,
    }
    const wrong = jwkFault(jwk)
    return wrong === undefined
      ? { kind: 'key', jwk }
      : fault(`does not do for ${algorithm}: ${wrong.member ?? 'key'} ${wrong.message}`)
  } catch {
    return fault(
      format === 'PEM'
        ? 'expected a public key in PEM, -----BEGIN PUBLIC KEY-----'
        : 'expected a public key as the Base64 of its SubjectPublicKeyInfo',
    )
  }
}

const fault = (message: string): ReadPublicKey => ({ kind: 'fault', message })
