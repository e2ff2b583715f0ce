import type { JsonObject } from '../../kernel/json.ts'
import type { SigningAlgorithm } from './signing-algorithm.ts'

/** A key pair that signs tokens. The private key is never shown and is encrypted at rest. */
export interface SigningKey {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  /** PKCS #8 PEM. */
  readonly privateKey: string
  /** Public members only, with `kid`, `alg` and `use`. */
  readonly publicJwk: JsonObject
}

export interface SigningKeyStore {
  /** The key that signs now. */
  findActive(algorithm: SigningAlgorithm): Promise<SigningKey | undefined>
  /** Public keys of every key whose tokens may still be around, newest first. */
  publicJwks(): Promise<readonly JsonObject[]>
  /** Adds the key as the active one. @throws {DuplicateKeyError} another process was first */
  add(key: SigningKey, at: Date): Promise<void>
}
