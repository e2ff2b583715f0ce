import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createPublicKey, generateKeyPair, sign } from 'node:crypto'
import { promisify } from 'node:util'
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import type { JsonObject } from '../../kernel/json.ts'
import type { SigningAlgorithm } from './signing-algorithm.ts'
import type { SigningKey } from './signing-key.store.ts'

/** NIST SP 800-57 part 1: 112 bits of security. */
const MODULUS_BITS = 2048

/** Makes a key for the algorithm; its id is the RFC 7638 thumbprint. Runs off the main thread. */
export const generateSigningKey = async (algorithm: SigningAlgorithm): Promise<SigningKey> => {
  const { publicKey, privateKey } = await generatePair(algorithm)
  return signingKeyOf(algorithm, publicKey, privateKey)
}

const signingKeyOf = async (
  algorithm: SigningAlgorithm,
  publicKey: KeyObject,
  privateKey: KeyObject,
): Promise<SigningKey> => {
  const { kty = '', ...members } = publicKey.export({ format: 'jwk' })
  const jwk = { kty, ...members } as JsonObject & { readonly kty: string }
  const kid = await calculateJwkThumbprint(jwk)
  return {
    kid,
    algorithm,
    privateKey: String(privateKey.export({ format: 'pem', type: 'pkcs8' })),
    publicJwk: { ...jwk, kid, alg: algorithm, use: 'sig' },
  }
}

/** Reads a key that was made elsewhere, PKCS #8 PEM of the right kind. */
export const importSigningKey = async (algorithm: SigningAlgorithm, pem: string): Promise<SigningKey> => {
  const privateKey = createPrivateKey(pem)
  return signingKeyOf(algorithm, createPublicKey(privateKey), privateKey)
}

const generate = promisify(generateKeyPair)
const generatePair = (algorithm: SigningAlgorithm) => {
  switch (algorithm) {
    case 'RS256':
      return generate('rsa', { modulusLength: MODULUS_BITS })
    case 'ES256':
      return generate('ec', { namedCurve: 'P-256' })
    case 'EdDSA':
      return generate('ed25519')
  }
}

/** Signs claims as a compact JWS (RFC 7515 §7.1, RFC 7519). `type` becomes the header's `typ`. */
export type JwtSigner = (claims: JsonObject, type: string) => string

/** NOTE: synchronous, since a trip to the thread pool would queue behind password hashes. */
export const createJwtSigner = ({ kid, algorithm, privateKey }: SigningKey): JwtSigner => {
  const key = createPrivateKey(privateKey)
  const digest = algorithm === 'EdDSA' ? null : 'sha256'
  const signingKey = { key, dsaEncoding: 'ieee-p1363' } as const
  const headers = new Map<string, string>()
  const headerOf = (typ: string): string => {
    const made = headers.get(typ) ?? encode({ alg: algorithm, typ, kid })
    headers.set(typ, made)
    return made
  }
  return (claims, type) => {
    const input = `${headerOf(type)}.${encode(claims)}`
    return `${input}.${sign(digest, Buffer.from(input), signingKey).toString('base64url')}`
  }
}

const encode = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url')
