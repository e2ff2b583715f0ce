import type { JsonObject } from '../../../api/server.ts'
import { base64url, fromBase64url } from './base64url.ts'

export interface DecodedJwt {
  readonly header: JsonObject
  readonly claims: JsonObject
}

/** What is to be read in a JWT, whoever made it. @returns undefined where the token is opaque */
export const decodeJwt = (token: string): DecodedJwt | undefined => {
  const parts = token.split('.')
  const [header, claims] = parts.slice(0, 2).map(jsonOf)
  return parts.length === 3 && header !== undefined && claims !== undefined ? { header, claims } : undefined
}

export type Signature =
  | { readonly kind: 'right'; readonly keyId: string }
  | { readonly kind: 'wrong'; readonly why: string }

/** Whether a key of the set signed the token (RFC 7515 §5.2). */
export const verifyJwt = async (token: string, keySet: JsonObject): Promise<Signature> => {
  const decoded = decodeJwt(token)
  if (decoded === undefined) return { kind: 'wrong', why: 'It is not a JWT.' }
  const { kid, alg } = decoded.header
  const algorithm = typeof alg === 'string' ? ALGORITHMS[alg] : undefined
  if (algorithm === undefined) return { kind: 'wrong', why: `This page cannot check ${String(alg)}.` }
  const keys = Array.isArray(keySet.keys) ? (keySet.keys as readonly JsonObject[]) : []
  const jwk = keys.find((key) => key.kid === kid)
  if (jwk === undefined) return { kind: 'wrong', why: `The key set has no key ${String(kid)}.` }
  const [signed, signature] = splitSignature(token)
  if (signature === undefined) return { kind: 'wrong', why: 'The signature is not Base64.' }
  const key = await crypto.subtle.importKey('jwk', jwk as JsonWebKey, algorithm.key, false, ['verify'])
  const isRight = await crypto.subtle.verify(algorithm.sign, key, signature, new TextEncoder().encode(signed))
  return isRight
    ? { kind: 'right', keyId: String(kid) }
    : { kind: 'wrong', why: `The key ${String(kid)} did not sign it.` }
}

/** A key pair of an issuer that the page plays, ES256. */
export const newIssuerKeys = async (): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(EC.key, true, ['sign', 'verify'])

/** The public key as PEM. */
export const publicPem = async ({ publicKey }: CryptoKeyPair): Promise<string> => {
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey))
  const base64 = btoa(String.fromCharCode(...spki))
  return `-----BEGIN PUBLIC KEY-----\n${base64.replaceAll(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`
}

export const signJwt = async ({ privateKey }: CryptoKeyPair, claims: JsonObject): Promise<string> => {
  const signed = [{ alg: 'ES256', typ: 'JWT' }, claims].map((part) => encode(part)).join('.')
  const signature = await crypto.subtle.sign(EC.sign, privateKey, new TextEncoder().encode(signed))
  return `${signed}.${base64url(new Uint8Array(signature))}`
}

/** The same token with other claims, as somebody without the key would make it. */
export const forgeJwt = (token: string, claims: JsonObject): string => {
  const [header = '', , signature = ''] = token.split('.')
  return [header, encode(claims), signature].join('.')
}

const EC = {
  key: { name: 'ECDSA', namedCurve: 'P-256' },
  sign: { name: 'ECDSA', hash: 'SHA-256' },
} as const

const ALGORITHMS: Readonly<
  Record<
    string,
    { readonly key: EcKeyImportParams | RsaHashedImportParams | Algorithm; readonly sign: Algorithm }
  >
> = {
  RS256: {
    key: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
    sign: { name: 'RSASSA-PKCS1-v1_5' },
  },
  ES256: EC,
  EdDSA: { key: { name: 'Ed25519' }, sign: { name: 'Ed25519' } },
}

const encode = (json: JsonObject): string => base64url(new TextEncoder().encode(JSON.stringify(json)))

const jsonOf = (part: string): JsonObject | undefined => {
  const bytes = fromBase64url(part)
  if (bytes === undefined) return undefined
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : undefined
  } catch {
    return undefined
  }
}

const splitSignature = (token: string): readonly [string, Uint8Array<ArrayBuffer> | undefined] => {
  const dot = token.lastIndexOf('.')
  return [token.slice(0, dot), fromBase64url(token.slice(dot + 1))]
}
