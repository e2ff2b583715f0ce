import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { systemRandom } from './random.ts'

describe('the random bytes of the system', () => {
  test('are as many as asked for, whatever was asked before', () => {
    for (const length of [0, 1, 16, 32, 4095, 4096, 4097, 10_000, 7])
      assert.equal(systemRandom.bytes(length).length, length)
  })

  test('never repeat, over many refills of the pool', () => {
    const seen = new Set<string>()
    for (let count = 0; count < 5000; count += 1)
      seen.add(Buffer.from(systemRandom.bytes(16)).toString('hex'))
    assert.equal(seen.size, 5000)
  })

  test('are the caller’s own: later bytes do not change earlier ones', () => {
    const first = systemRandom.bytes(32)
    const copy = Buffer.from(first)
    for (let count = 0; count < 500; count += 1) systemRandom.bytes(32)
    assert.deepEqual(Buffer.from(first), copy)
    assert.notDeepEqual(copy, Buffer.alloc(32))
  })
})
