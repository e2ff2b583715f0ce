import { hkdfSync } from 'node:crypto'

const KEY_BYTES = 32

/**
 * A key of its own for each purpose, from the one secret key of the installation (HKDF with SHA-256, RFC 5869).
 * The same purpose always gives the same 32 bytes; nothing can be told about the secret key or another purpose's key.
 */
export const deriveKey = (secretKey: Uint8Array, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secretKey, '', `countersign ${purpose}`, KEY_BYTES))
