import { createPrivateKey, generateKeyPair, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint } from 'jose'
import type { JsonObject } from '../../kernel/json.ts'
import type { SigningKey } from './signing-key.store.ts'

/** NIST SP 800-57 part 1: 112 bits of security. */
const MODULUS_BITS = 2048

/** Makes an RSA key for RS256; its id is the RFC 7638 thumbprint. Runs off the main thread. */
export const generateSigningKey = async (): Promise<SigningKey> => {
  const pair = await promisify(generateKeyPair)('rsa', { modulusLength: MODULUS_BITS })
  const { kty = '', n = '', e = '' } = pair.publicKey.export({ format: 'jwk' })
  const kid = await calculateJwkThumbprint({ kty, n, e })
  return {
    kid,
    algorithm: 'RS256',
    privateKey: String(pair.privateKey.export({ format: 'pem', type: 'pkcs8' })),
    publicJwk: { kty, n, e, kid, alg: 'RS256', use: 'sig' },
  }
}

/**
 * Answers a function that signs claims as a compact JWS (RFC 7515 §7.1, RFC 7519) with the type `JWT`.
 * NOTE: synchronous, since a trip to the thread pool would queue behind password hashes.
 */
export const createJwtSigner = (key: SigningKey): ((claims: JsonObject) => string) => {
  const privateKey = createPrivateKey(key.privateKey)
  const header = encode({ alg: key.algorithm, typ: 'JWT', kid: key.kid })
  return (claims) => {
    const input = `${header}.${encode(claims)}`
    return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`
  }
}

const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')
