import { randomFillSync } from 'node:crypto'

/** A cryptographically secure source of bytes, passed in so that tests can repeat a run. */
export interface Random {
  bytes(length: number): Uint8Array
}

const POOL_BYTES = 4096

/** Asks the system for many bytes at once: each call costs more than the bytes. Every byte is handed out once. */
const createPooledRandom = (): Random => {
  const pool = new Uint8Array(POOL_BYTES)
  let used = POOL_BYTES
  return {
    bytes: (length) => {
      if (length > POOL_BYTES) return randomFillSync(new Uint8Array(length))
      if (used + length > POOL_BYTES) {
        randomFillSync(pool)
        used = 0
      }
      const bytes = pool.slice(used, used + length)
      // NOTE: what was given out must not stay here, where a leak of memory would show past tokens together.
      pool.fill(0, used, used + length)
      used += length
      return bytes
    },
  }
}

export const systemRandom: Random = createPooledRandom()
