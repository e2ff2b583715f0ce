import { hash as hashOf } from 'node:crypto'
import type { Random } from '../kernel/random.ts'
import type { VerifiedSecrets } from './client-secret.ts'

const DEFAULT_CAPACITY = 10_000

/**
 * Keeps no secret: only hashes with a key. This process makes the key and shows neither. The client's stored hash is part of
 * what is remembered, so a changed secret is forgotten by itself. Bounded: the longest unused goes first.
 */
export const createVerifiedSecrets = (random: Random, capacity = DEFAULT_CAPACITY): VerifiedSecrets => {
  const key = Buffer.from(random.bytes(32)).toString('base64url')
  const right = new Map<string, string>()
  const fingerprint = (hash: string, secret: string): string =>
    // NOTE: an HMAC costs three times as much, and is for hashes that somebody else gets to see.
    hashOf('sha256', `${key}${hash}\0${secret}`, 'base64url')

  return {
    has: (clientId, hash, secret) => {
      const known = right.get(clientId)
      if (known === undefined || known !== fingerprint(hash, secret)) return false
      right.delete(clientId)
      right.set(clientId, known)
      return true
    },
    add: (clientId, hash, secret) => {
      right.delete(clientId)
      right.set(clientId, fingerprint(hash, secret))
      if (right.size <= capacity) return
      const oldest = right.keys().next()
      if (oldest.done !== true) right.delete(oldest.value)
    },
  }
}
