// Passwords cost next to nothing in tests that are about something else. Processes of our own hash as they always do.
import type { Argon2id } from '../../src/accounts/argon2.node.ts'
import { loadNativeArgon2id, nodeArgon2id } from '../../src/accounts/argon2.node.ts'
import { ARGON2ID } from '../../src/accounts/password-hash-format.ts'
import { createPasswordHasher } from '../../src/accounts/password-hasher.node.ts'
import { systemRandom } from '../../src/kernel/random.ts'

const argon2id = (await loadNativeArgon2id()) ?? nodeArgon2id

/** The least that argon2id can be asked for. Hashes of other parameters than ours, which others made, count as they are. */
const quickArgon2id: Argon2id = (password, job) =>
  argon2id(
    password,
    job.memoryKibibytes === ARGON2ID.memoryKibibytes && job.passes === ARGON2ID.passes
      ? { ...job, memoryKibibytes: 8, passes: 1 }
      : job,
  )

/** The application's hasher, whose hashes look like its own and verify in this process alone. */
export const quickHasher = createPasswordHasher({ random: systemRandom, argon2id: quickArgon2id })
