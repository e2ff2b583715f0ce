import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeOf, randomWord } from './pkce.ts'

test('the challenge is that of RFC 7636, appendix B', async () => {
  assert.equal(
    await challengeOf('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'),
    'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  )
})

test('a random word is a code verifier, and another one each time', () => {
  assert.match(randomWord(), /^[\w-]{43}$/)
  assert.notEqual(randomWord(), randomWord())
})
