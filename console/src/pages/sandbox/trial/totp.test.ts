import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeOf, decodeBase32, readTotpKey, startOf, stepAt } from './totp.ts'

/** `12345678901234567890` in Base32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

test('the codes are those of RFC 6238, appendix B', async () => {
  for (const [seconds, code] of [
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ] as const)
    assert.equal(await codeOf(SECRET, stepAt(seconds * 1000), 8), code)
})

test('a code has six digits, zeros in front included', async () => {
  assert.equal(await codeOf(SECRET, stepAt(1111111109_000)), '081804')
  assert.equal(await codeOf(SECRET.toLowerCase(), stepAt(59_000)), '287082')
})

test('a step lasts thirty seconds', () => {
  assert.deepEqual([stepAt(29_999), stepAt(30_000), startOf(1)], [0, 1, 30_000])
})

test('Base32 is read as it is printed for people, and nothing else is', () => {
  assert.deepEqual(decodeBase32('mzxw 6yq='), new TextEncoder().encode('foob'))
  assert.deepEqual(decodeBase32('MZXW6YTB'), new TextEncoder().encode('fooba'))
  for (const text of ['', '   ', 'MZXW1', 'ü', 'A']) assert.equal(decodeBase32(text), undefined)
})

test('a key is read from the QR code or as its secret', () => {
  const uri = `otpauth://totp/My%20App:ann%40example.org?secret=${SECRET}&issuer=My%20App`
  assert.deepEqual(readTotpKey(uri), { secret: SECRET, label: 'My App:ann@example.org' })
  assert.deepEqual(readTotpKey(` ${SECRET} `), { secret: SECRET, label: 'a key of yours' })
})

test('what this authenticator would answer with wrong codes is not taken', () => {
  for (const text of [
    'otpauth://hotp/a?secret=MZXW6YTB',
    'otpauth://totp/a?secret=MZXW6YTB&digits=8',
    'otpauth://totp/a?secret=MZXW6YTB&period=60',
    'otpauth://totp/a?secret=MZXW6YTB&algorithm=SHA256',
    'otpauth://totp/a',
    'otpauth:',
    'no key!',
    'no key',
    'MZXW6YTB',
  ])
    assert.equal(readTotpKey(text), undefined, text)
})
