import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkEqual, checkExpiry, checkIdToken, instantsOf } from './checks.ts'

const NOW = 1_800_000_000_000
const CLAIMS = { iss: 'https://id.test', aud: 'app', nonce: 'n', exp: 1_800_000_060 }
const EXPECTED = { issuer: 'https://id.test', clientId: 'app', nonce: 'n', now: NOW }

test('an ID token that is in order passes every check', () => {
  for (const aud of ['app', ['other', 'app']]) {
    const checks = checkIdToken({ claims: { ...CLAIMS, aud }, ...EXPECTED })
    assert.deepEqual(
      checks.map(({ title, hasPassed }) => [title, hasPassed]),
      [
        ['iss is the issuer', true],
        ['aud is this client', true],
        ['nonce is the one that was sent', true],
        ['exp lies ahead', true],
      ],
    )
  }
})

test('each claim that is wrong or missing fails its own check', () => {
  for (const [claims, failed] of [
    [{ ...CLAIMS, iss: 'https://evil.test' }, 'iss is the issuer'],
    [{ ...CLAIMS, aud: 'other' }, 'aud is this client'],
    [{ ...CLAIMS, aud: undefined }, 'aud is this client'],
    [{ ...CLAIMS, nonce: 'm' }, 'nonce is the one that was sent'],
    [{ ...CLAIMS, exp: 1_799_999_999 }, 'exp lies ahead'],
    [{ ...CLAIMS, exp: 'soon' }, 'exp lies ahead'],
  ] as const) {
    const checks = checkIdToken({ claims: JSON.parse(JSON.stringify(claims)), ...EXPECTED })
    assert.deepEqual(
      checks.filter(({ hasPassed }) => !hasPassed).map(({ title }) => title),
      [failed],
    )
  }
})

test('a check says why it passed or failed', () => {
  assert.equal(checkEqual('state', 'a', 'b').why, 'Expected "a", got "b".')
  assert.equal(checkEqual('state', 'a', undefined).why, 'Expected "a", got nothing.')
  assert.equal(checkEqual('state', 'a', 'a').why, 'It is "a".')
  assert.equal(checkEqual('state', undefined, undefined).hasPassed, false)
  assert.ok(checkEqual('state', 'a', 'x'.repeat(900_000)).why.length < 300)
  assert.equal(checkExpiry(1_800_000_060, NOW).why, 'It lives for another 60 s.')
})

test('instants are told as such, and what is none is not', () => {
  assert.deepEqual(instantsOf({ exp: 0, iat: 'x', nbf: 1e300 }), [['exp', '1970-01-01T00:00:00.000Z']])
})
