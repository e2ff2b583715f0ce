import type { ScryptOptions } from 'node:crypto'
import { scrypt, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { invalid } from '../kernel/problem.ts'
import type { Random } from '../kernel/random.ts'
import type { Argon2id } from './argon2.node.ts'
import { loadNativeArgon2id, nodeArgon2id } from './argon2.node.ts'
import { createBoundedQueue } from './bounded-queue.ts'
import type { PasswordHashFormat } from './password-hash-format.ts'
import { ARGON2ID, formatArgon2id, isOutdatedHash, parsePasswordHash } from './password-hash-format.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { lowerThreadPoolPriority } from './thread-pool-priority.node.ts'

export const MAX_PASSWORD_BYTES = 1024

const WAITING = 64

/** Compared with when there is nothing to compare with. */
const NOTHING: PasswordHashFormat = {
  kind: 'argon2id',
  ...ARGON2ID,
  salt: new Uint8Array(ARGON2ID.saltBytes),
  derived: new Uint8Array(ARGON2ID.derivedBytes),
}

export interface PasswordHasherDeps {
  readonly random: Random
  readonly argon2id: Argon2id
  /** Hashes computed at once; more than the cores would only make everything else wait. */
  readonly running?: number
  readonly waiting?: number
}

/** With the native argon2id where it is installed, Node's own otherwise; on threads that stand behind the requests. */
export const openPasswordHasher = async (random: Random): Promise<PasswordHasher> => {
  await lowerThreadPoolPriority()
  return createPasswordHasher({ random, argon2id: (await loadNativeArgon2id()) ?? nodeArgon2id })
}

/**
 * New hashes are argon2id; argon2id of other parameters and imported scrypt verify as well, and count as outdated.
 */
export const createPasswordHasher = ({
  random,
  argon2id,
  running = availableParallelism(),
  waiting = WAITING,
}: PasswordHasherDeps): PasswordHasher => {
  const queued = createBoundedQueue({ running, waiting })

  const compute = (password: string, format: PasswordHashFormat): Promise<Uint8Array> =>
    queued(() =>
      format.kind === 'argon2id'
        ? argon2id(password, { ...format, derivedBytes: format.derived.length })
        : scryptOf(password, format),
    )

  const verifyNothing = async (password: string): Promise<false> => {
    await compute(isHashable(password) ? password : '-', NOTHING)
    return false
  }

  return {
    hash: async (password) => {
      if (!isHashable(password)) throw invalid(`expected 1 to ${MAX_PASSWORD_BYTES} bytes`, 'password')
      const salt = random.bytes(ARGON2ID.saltBytes)
      const derived = await compute(password, { ...NOTHING, salt })
      return formatArgon2id({ kind: 'argon2id', ...ARGON2ID, salt, derived })
    },
    verify: async (hash, password) => {
      const format = parsePasswordHash(hash)
      if (format === undefined || !isHashable(password)) return verifyNothing(password)
      const derived = await compute(password, format)
      return timingSafeEqual(derived, format.derived)
    },
    verifyNothing,
    isOutdated: isOutdatedHash,
  }
}

/** 1 to 1024 bytes of UTF-8, taken exactly as typed. Longer ones are nobody's and would only cost time. */
const isHashable = (password: string): boolean => {
  const bytes = Buffer.byteLength(password)
  return bytes >= 1 && bytes <= MAX_PASSWORD_BYTES
}

const scryptOf = (
  password: string,
  { cost, blockSize, parallelism, salt, derived }: Extract<PasswordHashFormat, { kind: 'scrypt' }>,
): Promise<Uint8Array> => {
  const options: ScryptOptions = {
    N: cost,
    r: blockSize,
    p: parallelism,
    maxmem: 128 * blockSize * (cost + parallelism + 2) + 1024 * 1024,
  }
  return new Promise((resolve, reject) =>
    scrypt(password, salt, derived.length, options, (error, key) => (error ? reject(error) : resolve(key))),
  )
}
