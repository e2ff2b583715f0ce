import { equalSecrets, hashSecretToken } from '../kernel/secret-token.ts'

/** `__sha256:` and the upper-case hexadecimal SHA-256, as Aidbox stores it. */
const SHA256 = /^__sha256:([0-9A-F]{64})$/i

/** Which secrets were found right, so that a slow hash runs once per client and process. */
export interface VerifiedSecrets {
  has(clientId: string, hash: string, secret: string): boolean
  add(clientId: string, hash: string, secret: string): void
}

export interface ClientSecretDeps {
  /** Verifies what a person chose: argon2id PHC and `$s0$`. @throws {Problem} unavailable — too many at once */
  readonly verifySlowly: (hash: string, secret: string) => Promise<boolean>
  readonly verified: VerifiedSecrets
}

/**
 * Tells whether the secret is the client's. Compares random ones (`__sha256:`) in constant time; of chosen ones remembers
 * in this process that they were right, for as long as the stored hash stays the same.
 */
export const verifyClientSecret = async (
  deps: ClientSecretDeps,
  clientId: string,
  hash: string,
  secret: string,
): Promise<boolean> => {
  const digest = SHA256.exec(hash)?.[1]
  if (digest !== undefined) return equalSecrets(digest.toUpperCase(), sha256Hex(secret))
  if (deps.verified.has(clientId, hash, secret)) return true
  const isRight = await deps.verifySlowly(hash, secret)
  if (isRight) deps.verified.add(clientId, hash, secret)
  return isRight
}

/** The stored form of a secret that a machine made; of what a person chose it would be guessable. */
export const hashRandomSecret = (secret: string): string => `__sha256:${sha256Hex(secret)}`

const sha256Hex = (secret: string): string =>
  Buffer.from(hashSecretToken(secret), 'base64url').toString('hex').toUpperCase()
