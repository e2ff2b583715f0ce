import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from './random.ts'
import { createSeal } from './seal.ts'

const BROWSER = 'hash-of-a-browser'
const key = new Uint8Array(32).fill(7)
const seal = createSeal({ key, random: systemRandom })

const pending = {
  createdAt: 1_767_323_045_000,
  request: {
    clientId: 'mywebapp',
    redirectUri: 'http://localhost:3001',
    isRedirectUriGiven: false,
    state: 'ä & "b" \u{1f511}',
    scopes: ['openid', 'a'],
    codeChallenge: 'c',
    nonce: 'n',
    prompts: ['login'],
    maxAgeSeconds: 0,
    loginHint: 'ann',
  },
}

test('what was sealed opens in its browser, in every process with the key', () => {
  const sealed = seal.seal(pending, BROWSER)
  assert.match(sealed, /^v1\.[A-Za-z0-9_-]+$/)
  assert.deepEqual(createSeal({ key, random: systemRandom }).open(sealed, BROWSER), pending)
})

test('it shows nothing of the request, and differs each time', () => {
  const sealed = seal.seal(pending, BROWSER)
  const bytes = Buffer.from(sealed.slice(3), 'base64url').toString('latin1')
  assert.doesNotMatch(bytes, /mywebapp|localhost/)
  assert.notEqual(seal.seal(pending, BROWSER), sealed)
})

test('another browser, another key, any changed character and anything else open nothing', () => {
  const sealed = seal.seal(pending, BROWSER)
  assert.equal(seal.open(sealed, 'hash-of-another'), undefined)
  const other = createSeal({ key: new Uint8Array(32).fill(8), random: systemRandom })
  assert.equal(other.open(sealed, BROWSER), undefined)
  for (let at = 0; at < sealed.length - 1; at++) {
    const changed = sealed.slice(0, at) + (sealed[at] === 'A' ? 'B' : 'A') + sealed.slice(at + 1)
    assert.equal(seal.open(changed, BROWSER), undefined, `character ${at}`)
  }
  for (let length = 0; length < sealed.length - 1; length++)
    assert.equal(seal.open(sealed.slice(0, length), BROWSER), undefined, `${length} characters`)
  for (const text of ['', 'v1.', 'v1', 'v2.AAAA', 'x'.repeat(32), `v1.${'A'.repeat(10_000)}`, 'v1.\0ä'])
    assert.equal(seal.open(text, BROWSER), undefined, text)
})

test('one spelling opens: nothing may be added that the encoding skips', () => {
  const sealed = seal.seal(pending, BROWSER)
  for (const added of ['=', ' ', '\r\n', '&notice=x', '#', '"', '<', '%', '/', '\u00e4'])
    for (const text of [sealed + added, `v1.${added}${sealed.slice(3)}`])
      assert.equal(seal.open(text, BROWSER), undefined, JSON.stringify(added))
  const spellings = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_']
    .map((last) => sealed.slice(0, -1) + last)
    .filter((text) => seal.open(text, BROWSER) !== undefined)
  assert.deepEqual(spellings, [sealed])
})

test('four kilobytes of state fit the address line', () => {
  const long = { ...pending, request: { ...pending.request, state: 'x'.repeat(4096) } }
  const sealed = seal.seal(long, BROWSER)
  assert.ok(sealed.length < 8192, `${sealed.length} characters`)
  assert.deepEqual(seal.open(sealed, BROWSER), long)
})
