import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { getPriority } from 'node:os'
import { describe, test } from 'node:test'
import { systemRandom } from '../kernel/random.ts'
import { openPasswordHasher } from './password-hasher.node.ts'

describe('the priority of hashing', { skip: process.platform !== 'linux' && 'needs Linux' }, () => {
  test('hashing threads stand behind all others of the process', async () => {
    const before = getPriority()
    await openPasswordHasher(systemRandom)
    const threads = readdirSync('/proc/self/task').map((thread) => ({
      name: readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim(),
      niceness: getPriority(Number(thread)),
    }))
    const pool = threads.filter(({ name }) => name.startsWith('libuv-worker'))
    assert.ok(pool.length > 0)
    for (const { niceness } of pool) assert.equal(niceness, before + 10)
    for (const { name, niceness } of threads.filter((thread) => !pool.includes(thread)))
      assert.equal(niceness, before, name)
  })
})
