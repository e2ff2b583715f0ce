import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../kernel/random.ts'
import { createColumnCipher } from './encrypted-column.ts'

const key = (fill: number) => new Uint8Array(32).fill(fill)
const cell = { table: 'totp_credential', column: 'secret', row: 'alice' }
const cipher = createColumnCipher({ keys: [key(1)], random: systemRandom })

test('what was sealed opens in the same cell', () => {
  for (const text of ['', 'JBSWY3DPEHPK3PXP', 'Zoë 👩‍👩‍👧'])
    assert.equal(cipher.open(cipher.seal(text, cell), cell), text)
})

test('an envelope shows its version and key, and never the same twice', () => {
  const [one, other] = [cipher.seal('secret', cell), cipher.seal('secret', cell)]
  assert.match(one, /^v1\.[0-9a-f]{8}\.[A-Za-z0-9_-]+$/)
  assert.notEqual(one, other)
  assert.equal(one.split('.')[1], other.split('.')[1])
})

test('a value moved to another row, column or table does not open', () => {
  const sealed = cipher.seal('secret', cell)
  for (const moved of [{ row: 'mallory' }, { column: 'transport' }, { table: 'totp_pending' }])
    assert.throws(
      () => cipher.open(sealed, { ...cell, ...moved }),
      /cannot be decrypted: it was changed, or belongs/,
    )
})

test('a changed bit anywhere is found', () => {
  const [version, id, body = ''] = cipher.seal('secret', cell).split('.')
  for (let index = 0; index < Buffer.from(body, 'base64url').length; index += 1) {
    const bytes = Buffer.from(body, 'base64url')
    bytes[index] = (bytes[index] ?? 0) ^ 1
    assert.throws(
      () => cipher.open([version, id, bytes.toString('base64url')].join('.'), cell),
      /cannot be decrypted/,
    )
  }
})

test('what is not an envelope is refused without being shown', () => {
  for (const wrong of [
    '',
    'plain text',
    'v2.00000000.AAAA',
    `v1.${'0'.repeat(8)}.AAAA`,
    cipher.seal('x', cell).slice(0, 30),
  ])
    assert.throws(
      () => cipher.open(wrong, cell),
      (error: unknown) =>
        error instanceof Error &&
        error.message.startsWith('totp_credential.secret cannot') &&
        !error.message.includes('plain'),
    )
})

test('after a change of keys old values still open and new ones use the new key', () => {
  const changed = createColumnCipher({ keys: [key(2), key(1)], random: systemRandom })
  assert.equal(changed.open(cipher.seal('old', cell), cell), 'old')
  const sealed = changed.seal('new', cell)
  assert.equal(changed.open(sealed, cell), 'new')
  assert.throws(() => cipher.open(sealed, cell), /is not among the configured secret keys/)
})

test('a key of the wrong length or no key at all is refused at once', () => {
  assert.throws(
    () => createColumnCipher({ keys: [new Uint8Array(16)], random: systemRandom }),
    /must have 32 bytes, not 16/,
  )
  assert.throws(() => createColumnCipher({ keys: [], random: systemRandom }), /at least one key/)
})
