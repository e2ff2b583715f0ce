import { createCipheriv, createDecipheriv, hash } from 'node:crypto'
import type { Random } from '../kernel/random.ts'

/** Where a value lives. It cannot be moved: opened anywhere else, it does not decrypt. */
export interface CellIdentity {
  readonly table: string
  readonly column: string
  /** The row's primary key, as text. */
  readonly row: string
}

export interface ColumnCipher {
  /** What everything begins with that it seals, until the first key is another. */
  readonly prefix: string
  /** Encrypts with the first key: `v1.<key id>.<base64url of nonce, ciphertext and tag>`. */
  seal(plaintext: string, identity: CellIdentity): string
  /** @throws {CannotDecryptError} an unknown key, another cell's value or a changed one */
  open(envelope: string, identity: CellIdentity): string
}

/** Names table and column, no secret. */
export class CannotDecryptError extends Error {
  /** Whether it was encrypted with a secret key that this process does not have. */
  readonly isOfOtherKey: boolean

  constructor(message: string, isOfOtherKey: boolean) {
    super(message)
    this.name = 'CannotDecryptError'
    this.isOfOtherKey = isOfOtherKey
  }
}

const ALGORITHM = 'aes-256-gcm'
const VERSION = 'v1'
const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * AES-256-GCM (NIST SP 800-38D) with random 96-bit nonces: one key is good for 2^32 values.
 * The first key encrypts, every key decrypts: put a new one in front and keep the old ones to change keys.
 */
export const createColumnCipher = (options: {
  readonly keys: readonly Uint8Array[]
  readonly random: Random
}): ColumnCipher => {
  const keys = new Map(options.keys.map((key) => [keyId(key), checkedKey(key)]))
  const [current] = keys
  if (current === undefined) throw new Error('a column cipher needs at least one key')
  const [currentId, currentKey] = current

  const prefix = `${VERSION}.${currentId}.`

  return {
    prefix,
    seal: (plaintext, identity) => {
      const nonce = options.random.bytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, currentKey, nonce).setAAD(associatedData(identity))
      const sealed = Buffer.concat([
        nonce,
        cipher.update(plaintext, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ])
      return `${prefix}${sealed.toString('base64url')}`
    },
    open: (envelope, identity) => {
      const [version, id = '', body = ''] = envelope.split('.')
      if (version !== VERSION) throw cannotOpen(identity, 'it is not a v1 envelope')
      const key = keys.get(id)
      if (key === undefined)
        throw cannotOpen(identity, `key ${id.slice(0, 8)} is not among the configured secret keys`, true)
      const sealed = Buffer.from(body, 'base64url')
      if (sealed.length < NONCE_BYTES + TAG_BYTES) throw cannotOpen(identity, 'it is cut short')
      const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      })
      decipher.setAAD(associatedData(identity)).setAuthTag(sealed.subarray(-TAG_BYTES))
      try {
        return (
          decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES), undefined, 'utf8') +
          decipher.final('utf8')
        )
      } catch {
        throw cannotOpen(identity, 'it was changed, or belongs to another row')
      }
    },
  }
}

const checkedKey = (key: Uint8Array): Uint8Array => {
  if (key.length !== KEY_BYTES) throw new Error(`a key must have ${KEY_BYTES} bytes, not ${key.length}`)
  return key
}

/** Tells keys apart without telling anything about them. */
const keyId = (key: Uint8Array): string => hash('sha256', key).slice(0, 8)

const associatedData = ({ table, column, row }: CellIdentity): Buffer =>
  Buffer.from(JSON.stringify([VERSION, table, column, row]))

const cannotOpen = ({ table, column }: CellIdentity, why: string, isOfOtherKey = false): CannotDecryptError =>
  new CannotDecryptError(`${table}.${column} cannot be decrypted: ${why}`, isOfOtherKey)
