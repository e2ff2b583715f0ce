import type { JsonWebKeyInput, KeyObject } from 'node:crypto'
import { createPublicKey } from 'node:crypto'
import type { JsonObject } from './json.ts'

/** A public key (RFC 7517 §4) that {@link jwkFault} finds nothing wrong with. */
export type PublicJwk = JsonObject & { readonly kty: string; readonly kid?: string }

/** Members that only a private or symmetric key has (RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 8037 §2). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

/** RFC 7518 §3.3: 2048 bits or larger. Far larger ones only cost whoever verifies with them. */
const [FEWEST_RSA_BITS, MOST_RSA_BITS] = [2048, 8192]
/** 65537 needs three; an exponent as long as the modulus makes verifying as slow as signing. */
const MOST_EXPONENT_BYTES = 4
const MOST_KID_CHARACTERS = 255

/** Which algorithms a key can be used with, by kty or, of curves, by crv: never more than the key's own kind (RFC 8725 §3.1). */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  RSA: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  'P-256': ['ES256'],
  'P-384': ['ES384'],
  'P-521': ['ES512'],
  Ed25519: ['EdDSA', 'Ed25519'],
}

const CURVES: Readonly<Record<string, { readonly kty: string; readonly bytes: number }>> = {
  'P-256': { kty: 'EC', bytes: 32 },
  'P-384': { kty: 'EC', bytes: 48 },
  'P-521': { kty: 'EC', bytes: 66 },
  Ed25519: { kty: 'OKP', bytes: 32 },
}

export interface JwkFault {
  /** Undefined: the key as a whole. */
  readonly member: string | undefined
  readonly message: string
}

/** Tells why signatures cannot be verified with a key, or undefined when they can. Repeats no value of the key. */
export const jwkFault = (jwk: JsonObject): JwkFault | undefined => {
  const secret = PRIVATE_MEMBERS.find((name) => jwk[name] !== undefined)
  if (secret !== undefined) return fault(secret, 'must not be here: only the public key may leave its owner')
  return faultOfUse(jwk) ?? faultOfNumbers(jwk) ?? faultOfAlgorithm(jwk) ?? faultOfKey(jwk)
}

/** Whether the key may verify signatures of the algorithm: its kind fits, and its own `alg` names no other. */
export const isKeyFor = (jwk: JsonObject, algorithm: string): boolean =>
  algorithmsOf(jwk).includes(algorithm) && (jwk.alg === undefined || jwk.alg === algorithm)

/** @throws {Error} not a key that {@link jwkFault} lets pass */
export const keyObjectOf = (jwk: JsonObject): KeyObject => {
  const known = imported.get(jwk)
  if (known !== undefined) return known
  const { kty, n, e, crv, x, y } = jwk
  const key = createPublicKey({ key: { kty, n, e, crv, x, y } as JsonWebKeyInput['key'], format: 'jwk' })
  imported.set(jwk, key)
  return key
}

/** NOTE: by object: gone with the document or the key set that it came from. */
const imported = new WeakMap<JsonObject, KeyObject>()

const fault = (member: string | undefined, message: string): JwkFault => ({ member, message })

const faultOfUse = ({ use, key_ops: operations, kid }: JsonObject): JwkFault | undefined => {
  if (use !== undefined && use !== 'sig') return fault('use', 'expected sig')
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify')))
    return fault('key_ops', 'expected a list that contains verify')
  if (kid !== undefined && (typeof kid !== 'string' || kid.length === 0 || kid.length > MOST_KID_CHARACTERS))
    return fault('kid', `expected a string of 1 to ${MOST_KID_CHARACTERS} characters`)
  return undefined
}

const faultOfNumbers = (jwk: JsonObject): JwkFault | undefined => {
  if (jwk.kty === 'RSA') return faultOfRsa(jwk)
  if (jwk.kty !== 'EC' && jwk.kty !== 'OKP') return fault('kty', 'expected RSA, EC or OKP')
  const curve = typeof jwk.crv === 'string' && Object.hasOwn(CURVES, jwk.crv) ? CURVES[jwk.crv] : undefined
  if (curve?.kty !== jwk.kty)
    return fault('crv', jwk.kty === 'EC' ? 'expected P-256, P-384 or P-521' : 'expected Ed25519')
  const coordinates = jwk.kty === 'EC' ? (['x', 'y'] as const) : (['x'] as const)
  const wrong = coordinates.find((name) => bytesOf(jwk[name])?.length !== curve.bytes)
  return wrong === undefined ? undefined : fault(wrong, `expected ${curve.bytes} bytes in base64url`)
}

const faultOfRsa = ({ n, e }: JsonObject): JwkFault | undefined => {
  const modulus = bytesOf(n)
  if (modulus === undefined) return fault('n', 'expected a number in base64url')
  const bits = bitsOf(modulus)
  if (bits < FEWEST_RSA_BITS || bits > MOST_RSA_BITS)
    return fault('n', `expected ${FEWEST_RSA_BITS} to ${MOST_RSA_BITS} bits, not ${bits}`)
  const exponent = bytesOf(e)
  const value = exponent === undefined ? 0 : exponent.reduce((sum, byte) => sum * 256 + byte, 0)
  return exponent === undefined || exponent.length > MOST_EXPONENT_BYTES || value < 3 || value % 2 === 0
    ? fault('e', 'expected an odd number such as AQAB (65537) in base64url')
    : undefined
}

const faultOfAlgorithm = (jwk: JsonObject): JwkFault | undefined =>
  jwk.alg === undefined || (typeof jwk.alg === 'string' && isKeyFor(jwk, jwk.alg))
    ? undefined
    : fault('alg', `expected ${algorithmsOf(jwk).join(', ')} for a key of this kind`)

/** A point beside its curve looks right until it is used. */
const faultOfKey = (jwk: JsonObject): JwkFault | undefined => {
  try {
    keyObjectOf(jwk)
    return undefined
  } catch {
    return fault(undefined, 'is no public key')
  }
}

const algorithmsOf = ({ kty, crv }: JsonObject): readonly string[] => {
  const kind = kty === 'RSA' ? kty : crv
  return typeof kind === 'string' && Object.hasOwn(ALGORITHMS, kind) ? (ALGORITHMS[kind] ?? []) : []
}

const bytesOf = (value: unknown): Uint8Array | undefined =>
  typeof value === 'string' && /^[A-Za-z0-9_-]{1,2048}$/.test(value)
    ? Buffer.from(value, 'base64url')
    : undefined

const bitsOf = (bytes: Uint8Array): number => {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first === -1 ? 0 : (bytes.length - first) * 8 - Math.clz32(bytes[first] ?? 0) + 24
}
