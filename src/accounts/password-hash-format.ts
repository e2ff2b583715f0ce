/** One argon2id or scrypt computation: everything but the password. */
export type PasswordHashFormat =
  | {
      readonly kind: 'argon2id'
      readonly memoryKibibytes: number
      readonly passes: number
      readonly parallelism: number
      readonly salt: Uint8Array
      readonly derived: Uint8Array
    }
  | {
      readonly kind: 'scrypt'
      readonly cost: number
      readonly blockSize: number
      readonly parallelism: number
      readonly salt: Uint8Array
      readonly derived: Uint8Array
    }

export type Argon2idFormat = Extract<PasswordHashFormat, { kind: 'argon2id' }>

/** OWASP's password storage cheat sheet: 19 MiB, two passes, one lane. */
export const ARGON2ID = {
  memoryKibibytes: 19_456,
  passes: 2,
  parallelism: 1,
  saltBytes: 16,
  derivedBytes: 32,
}

/** Caps on imported hashes: one of them must not be able to stop the server. */
const MAX_MEMORY_KIBIBYTES = 131_072
const MAX_PASSES = 16
const MAX_PARALLELISM = 8

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{16,172})$/
const SCRYPT = /^\$s0\$([0-9a-f]{5,8})\$([A-Za-z0-9+/]{8,88}={0,2})\$([A-Za-z0-9+/]{16,172}={0,2})$/

/**
 * Reads an argon2id PHC string or `$s0$<params>$<salt>$<key>` (lambdaworks scrypt; params = log2 N << 16 | r << 8 | p).
 * Undefined for anything else, for Base64 that does not round-trip and for parameters beyond what a sign-in may cost.
 */
export const parsePasswordHash = (text: string): PasswordHashFormat | undefined =>
  text.startsWith('$s0$') ? parseScrypt(text) : parseArgon2id(text)

const parseArgon2id = (text: string): PasswordHashFormat | undefined => {
  const [, memory, passes, parallelism, salt, derived] = PHC.exec(text) ?? []
  const saltBytes = strictBase64(salt, 'unpadded')
  const derivedBytes = strictBase64(derived, 'unpadded')
  if (saltBytes === undefined || derivedBytes === undefined) return undefined
  const format = {
    kind: 'argon2id',
    memoryKibibytes: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: saltBytes,
    derived: derivedBytes,
  } as const
  const isAffordable =
    format.passes >= 1 &&
    format.passes <= MAX_PASSES &&
    format.parallelism >= 1 &&
    format.parallelism <= MAX_PARALLELISM &&
    format.memoryKibibytes >= 8 * format.parallelism &&
    format.memoryKibibytes <= MAX_MEMORY_KIBIBYTES
  return isAffordable ? format : undefined
}

const parseScrypt = (text: string): PasswordHashFormat | undefined => {
  const [, parameters, salt, derived] = SCRYPT.exec(text) ?? []
  const saltBytes = strictBase64(salt, 'padded')
  const derivedBytes = strictBase64(derived, 'padded')
  if (parameters === undefined || saltBytes === undefined || derivedBytes === undefined) return undefined
  const bits = Number.parseInt(parameters, 16)
  const log2Cost = bits >>> 16
  const blockSize = (bits >>> 8) & 0xff
  const parallelism = bits & 0xff
  const isAffordable =
    log2Cost >= 1 &&
    log2Cost <= 20 &&
    blockSize >= 1 &&
    parallelism >= 1 &&
    parallelism <= MAX_PARALLELISM &&
    (128 * 2 ** log2Cost * blockSize) / 1024 <= MAX_MEMORY_KIBIBYTES
  if (!isAffordable) return undefined
  return {
    kind: 'scrypt',
    cost: 2 ** log2Cost,
    blockSize,
    parallelism,
    salt: saltBytes,
    derived: derivedBytes,
  }
}

/** Buffer's decoder takes nearly anything; what does not encode back to the same text is not Base64. */
const strictBase64 = (text: string | undefined, padding: 'padded' | 'unpadded'): Uint8Array | undefined => {
  if (text === undefined) return undefined
  const bytes = Buffer.from(text, 'base64')
  const again = padding === 'padded' ? bytes.toString('base64') : unpadded(bytes)
  return again === text ? bytes : undefined
}

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replace(/=+$/, '')

/** The PHC string of an argon2id hash. */
export const formatArgon2id = ({
  memoryKibibytes,
  passes,
  parallelism,
  salt,
  derived,
}: Argon2idFormat): string =>
  `$argon2id$v=19$m=${memoryKibibytes},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(derived)}`

/** False only for argon2id with the parameters of {@link ARGON2ID}. */
export const isOutdatedHash = (text: string): boolean => {
  const format = parsePasswordHash(text)
  return (
    format?.kind !== 'argon2id' ||
    format.memoryKibibytes !== ARGON2ID.memoryKibibytes ||
    format.passes !== ARGON2ID.passes ||
    format.parallelism !== ARGON2ID.parallelism ||
    format.salt.length < ARGON2ID.saltBytes ||
    format.derived.length !== ARGON2ID.derivedBytes
  )
}
