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

/** Of every algorithm one key signs, at most one is published to sign next, and some only verify what they signed. */
export type KeyStage = 'active' | 'next' | 'retired'

export interface KeyFault {
  readonly error: Error
  /** This process has another secret key than the one that stored it: what it stored, that one could not read. */
  readonly isOfOtherSecretKey: boolean
}

export interface KeyRecord extends Omit<SigningKey, 'privateKey'> {
  readonly stage: KeyStage
  /** Undefined once it signs no more, since it is deleted then, and where it cannot be read. */
  readonly privateKey: string | undefined
  /** Why the private key cannot be read. Such a key verifies as before, and takes no other with it. */
  readonly fault: KeyFault | undefined
  /** All in milliseconds. */
  readonly createdAt: number
  readonly signsFrom: number
  /** When nothing that it signed is valid any more. */
  readonly removeAt: number | undefined
}

export interface SigningKeyStore {
  /** All keys, newest first; one read. */
  findAll(): Promise<readonly KeyRecord[]>
  /** Adds the first key of its algorithm, active at once. @throws {DuplicateKeyError} another process was first */
  addFirst(key: SigningKey, at: Date): Promise<void>
  /** Publishes a key that will sign. @throws {DuplicateKeyError} another process was first */
  addNext(key: SigningKey, at: Date, signsFrom: Date): Promise<void>
  /** Puts the next key in the place of the active one, whose private part is deleted. False: another process did. */
  promote(next: KeyRecord, active: KeyRecord, at: Date, removeAt: Date): Promise<boolean>
  /** Removes a key that has never signed; does nothing where it does by now. */
  removeNext(kid: string): Promise<void>
  /** Deletes every key, whatever its stage, and stores these as active. @throws {DuplicateKeyError} another process made one */
  replaceAll(keys: readonly SigningKey[], at: Date): Promise<void>
  removeExpired(now: Date): Promise<void>
}
