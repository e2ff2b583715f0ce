import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { createResetTokens } from './reset-token.node.ts'

const tokens = createResetTokens({ key: new Uint8Array(32).fill(1), issuer: 'https://id.example.org' })
const TOKEN = { userId: 'ann', jti: 'abc', proof: 'link', expiresAt: 1_767_226_500_000 } as const

test('a token is a JWT of its own type that says whose it is and until when', () => {
  const text = tokens.sign(TOKEN)
  assert.match(text, /^eyJ/)
  assert.deepEqual(decodeProtectedHeader(text), { alg: 'HS256', typ: 'password-reset+jwt' })
  const claims = { iss: 'https://id.example.org', sub: 'ann', jti: 'abc', exp: 1_767_226_500, use: 'link' }
  assert.deepEqual(decodeJwt(text), claims)
  assert.deepEqual(tokens.read(text), TOKEN)
})

const [header = '', body = '', mac = ''] = tokens.sign(TOKEN).split('.')
const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const bodyOfBob = encoded({ iss: 'https://id.example.org', sub: 'bob', jti: 'abc', exp: 9e9, use: 'link' })
const others = { key: new Uint8Array(32).fill(2), issuer: 'https://id.example.org' }
const elsewhere = { key: new Uint8Array(32).fill(1), issuer: 'https://other.example.org' }

const refused: Readonly<Record<string, string>> = {
  nothing: '',
  'no JWT': 'abc',
  'no signature': `${header}.${body}.`,
  'alg none': `${encoded({ alg: 'none', typ: 'password-reset+jwt' })}.${body}.`,
  'another alg': `${encoded({ alg: 'HS512', typ: 'password-reset+jwt' })}.${body}.${mac}`,
  'another person': `${header}.${bodyOfBob}.${mac}`,
  'a padded signature': `${header}.${body}.${mac}=`,
  'a cut signature': `${header}.${body}.${mac.slice(0, -1)}`,
  'blanks around it': ` ${header}.${body}.${mac}`,
  'a fourth part': `${header}.${body}.${mac}.`,
  'another key': createResetTokens(others).sign(TOKEN),
  'another server with the same key': createResetTokens(elsewhere).sign(TOKEN),
  'too long': `${header}.${body}.${'x'.repeat(3000)}`,
}

for (const [what, text] of Object.entries(refused))
  test(`refuses ${what}`, () => {
    assert.equal(tokens.read(text), undefined)
  })
