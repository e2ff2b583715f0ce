import { randomFillSync } from 'node:crypto'

/** A cryptographically secure source of bytes, passed in so that tests can repeat a run. */
export interface Random {
  bytes(length: number): Uint8Array
}

export const systemRandom: Random = { bytes: (length) => randomFillSync(new Uint8Array(length)) }
