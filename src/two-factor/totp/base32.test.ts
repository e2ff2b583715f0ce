import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../../kernel/random.ts'
import { fromBase32, newBase32Secret, parseBase32Secret, toBase32 } from './base32.ts'

test('a new secret has 160 bits in 32 characters and is not the last one', () => {
  const secret = newBase32Secret(systemRandom)
  assert.match(secret, /^[A-Z2-7]{32}$/)
  assert.equal(fromBase32(secret).length, 20)
  assert.notEqual(secret, newBase32Secret(systemRandom))
})

test('the vectors of RFC 4648 §10, unpadded', () => {
  const vectors = {
    f: 'MY',
    fo: 'MZXQ',
    foo: 'MZXW6',
    foob: 'MZXW6YQ',
    fooba: 'MZXW6YTB',
    foobar: 'MZXW6YTBOI',
  }
  for (const [text, base32] of Object.entries(vectors)) {
    assert.equal(toBase32(new TextEncoder().encode(text)), base32)
    assert.equal(new TextDecoder().decode(fromBase32(base32)), text)
  }
})

test('secrets of other systems are read in any case, grouped or padded', () => {
  assert.equal(parseBase32Secret('gezdgnbvgy3tqojq'), 'GEZDGNBVGY3TQOJQ')
  assert.equal(
    parseBase32Secret('GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ'),
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
  )
  assert.equal(
    parseBase32Secret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA===='),
    'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA',
  )
})

test('what is not Base32 of 16 to 128 characters is refused', () => {
  for (const text of [
    '',
    'GEZDGNBV',
    'GEZDGNBVGY3TQOJ1',
    'GEZDGNBVGY3TQOJ',
    'GEZDGNBVGY3TQOJQG',
    '***',
    'GEZDGNBVGY3TQOJ\u0130',
    'A'.repeat(136),
  ])
    assert.equal(parseBase32Secret(text), undefined, text)
})
