import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Problem } from '../kernel/problem.ts'
import { systemRandom } from '../kernel/random.ts'
import type { Argon2id } from './argon2.node.ts'
import { loadNativeArgon2id, nodeArgon2id } from './argon2.node.ts'
import { parsePasswordHash } from './password-hash-format.ts'
import { createPasswordHasher, openPasswordHasher } from './password-hasher.node.ts'

const hasher = await openPasswordHasher(systemRandom)

describe('a password hasher', () => {
  it('makes argon2id PHC strings with 19 MiB, two passes and one lane that verify the same password only', async () => {
    const hash = await hasher.hash('correct horse')
    assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    assert.equal(await hasher.verify(hash, 'correct horse'), true)
    for (const other of ['correct hors', 'correct horse ', ' correct horse', 'Correct horse', ''])
      assert.equal(await hasher.verify(hash, other), false, other)
    assert.notEqual(await hasher.hash('correct horse'), hash)
    assert.equal(hasher.isOutdated(hash), false)
  })

  it('tells apart passwords that differ only after the 72nd byte, or in how an accent is written', async () => {
    const long = 'x'.repeat(1023)
    const hash = await hasher.hash(`${long}y`)
    assert.equal(await hasher.verify(hash, `${long}y`), true)
    assert.equal(await hasher.verify(hash, `${long}z`), false)
    assert.equal(await hasher.verify(await hasher.hash('\u00e9'), 'e\u0301'), false)
  })

  it('verifies the scrypt hashes of other servers and calls them outdated', async () => {
    const known = [
      ['password', '$s0$f0801$AAECAwQFBgcICQoLDA0ODw==$K/gjePbExfjBPZ6zI0UvnjegYpH8ALL1r66PytIvM+M='],
      ['pässwörd', '$s0$f0801$AAECAwQFBgcICQoLDA0ODw==$tnbjFsaoWH6mfBeguVZqR9rY0iGi+ON+3801SWSCZs8='],
      ['123456', '$s0$f0801$HhKy93HnLn0qSmsS2JCZnQ==$P0oAp6yx6k8bCbeFN2UT9UfjKROuggn7deLbX2Mpm2M='],
    ] as const
    for (const [password, hash] of known) {
      assert.equal(await hasher.verify(hash, password), true, password)
      assert.equal(await hasher.verify(hash, `${password}.`), false, password)
      assert.equal(hasher.isOutdated(hash), true)
    }
  })

  it('computes the same with Node’s own argon2 as with the native package', async () => {
    const native = await loadNativeArgon2id()
    assert.ok(native, 'the native package is installed here')
    const job = {
      memoryKibibytes: 256,
      passes: 2,
      parallelism: 1,
      salt: Buffer.alloc(16, 7),
      derivedBytes: 32,
    }
    assert.deepEqual(
      Buffer.from(await native('pässwörd', job)),
      Buffer.from(await nodeArgon2id('pässwörd', job)),
    )
  })

  it('refuses to hash what is empty or longer than 1024 bytes', async () => {
    for (const password of ['', 'x'.repeat(1025), 'é'.repeat(513)])
      await assert.rejects(hasher.hash(password), /1 to 1024 bytes/)
  })

  it('costs one hash for nobody, for an unreadable hash and for a password that is too long', async () => {
    const seen: string[] = []
    const argon2id: Argon2id = async (password, job) => {
      seen.push(`${password.length} ${job.memoryKibibytes} ${job.passes}`)
      return new Uint8Array(job.derivedBytes)
    }
    const counting = createPasswordHasher({ random: systemRandom, argon2id })
    const hash = await counting.hash('right')
    seen.length = 0
    assert.equal(await counting.verifyNothing('right'), false)
    assert.equal(await counting.verify('nonsense', 'right'), false)
    assert.equal(await counting.verify(hash, 'x'.repeat(1025)), false)
    assert.deepEqual(seen, ['5 19456 2', '5 19456 2', '1 19456 2'])
  })

  it('computes no more hashes at once than it is told to, and turns away what does not fit in line', async () => {
    const finish: (() => void)[] = []
    const argon2id: Argon2id = (_, job) =>
      new Promise((resolve) => finish.push(() => resolve(new Uint8Array(job.derivedBytes))))
    const bounded = createPasswordHasher({ random: systemRandom, argon2id, running: 2, waiting: 1 })
    const jobs = [bounded.hash('a'), bounded.hash('b'), bounded.hash('c')]
    await assert.rejects(
      bounded.hash('d'),
      (error) =>
        error instanceof Problem &&
        error.details.kind === 'unavailable' &&
        error.details.retryAfterSeconds === 1,
    )
    assert.equal(finish.length, 2)
    finish.shift()?.()
    await Promise.race(jobs)
    await new Promise(setImmediate)
    assert.equal(finish.length, 2)
    for (const done of finish) done()
    await Promise.all(jobs)
  })
})

describe('parsePasswordHash', () => {
  const salt = 'AAECAwQFBgcICQoLDA0ODw'
  const key = 'K/gjePbExfjBPZ6zI0UvnjegYpH8ALL1r66PytIvM+M'
  const refused: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['plain text', 'password'],
    ['argon2i', `$argon2i$v=19$m=19456,t=2,p=1$${salt}$${key}`],
    ['another version', `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${key}`],
    ['no passes', `$argon2id$v=19$m=19456,t=0,p=1$${salt}$${key}`],
    ['4 GiB of memory', `$argon2id$v=19$m=4194304,t=2,p=1$${salt}$${key}`],
    ['padded Base64 in a PHC string', `$argon2id$v=19$m=19456,t=2,p=1$${salt}==$${key}=`],
    ['scrypt with N = 2^31', `$s0$1f0801$${salt}==$${key}=`],
    ['scrypt with 1 GiB', `$s0$14ff01$${salt}==$${key}=`],
    ['scrypt with p = 255', `$s0$f08ff$${salt}==$${key}=`],
    ['scrypt with r = 0', `$s0$f0001$${salt}==$${key}=`],
    ['scrypt without padding', `$s0$f0801$${salt}$${key}`],
    ['scrypt with stray Base64 bits', `$s0$f0801$${salt.slice(0, -1)}x==$${key}=`],
    ['a line break at the end', `$s0$f0801$${salt}==$${key}=\n`],
  ]
  for (const [what, text] of refused)
    it(`refuses ${what}`, () => assert.equal(parsePasswordHash(text), undefined))

  it('reads both forms', () => {
    assert.equal(parsePasswordHash(`$argon2id$v=19$m=65536,t=3,p=4$${salt}$${key}`)?.kind, 'argon2id')
    assert.equal(parsePasswordHash(`$s0$f0801$${salt}==$${key}=`)?.kind, 'scrypt')
  })
})
