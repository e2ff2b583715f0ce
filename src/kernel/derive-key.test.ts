import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deriveKey } from './derive-key.ts'

const secret = new Uint8Array(32).fill(7)

test('a purpose always has the same key of 32 bytes', () => {
  assert.deepEqual(deriveKey(secret, 'columns'), deriveKey(secret, 'columns'))
  assert.equal(deriveKey(secret, 'columns').length, 32)
})

test('another purpose or another secret has another key', () => {
  assert.notDeepEqual(deriveKey(secret, 'columns'), deriveKey(secret, 'cookies'))
  assert.notDeepEqual(deriveKey(secret, 'columns'), deriveKey(new Uint8Array(32), 'columns'))
})

test('keys do not change between versions, or nothing at rest could be read any more', () => {
  const key = Buffer.from(deriveKey(secret, 'columns')).toString('hex')
  assert.equal(key, '02549ca36865d3c90f740976a77d2543210f27d6f4ddcc52822bbf2bde9306f9')
})
