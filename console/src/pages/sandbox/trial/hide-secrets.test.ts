import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hideSecrets } from './hide-secrets.ts'

test('a secret is hidden wherever it stands, also in a form', () => {
  assert.equal(hideSecrets('a=p%40ss%3F&b=p@ss?', ['p@ss?']), 'a=••••••&b=••••••')
})

test('a secret within another leaves nothing of it', () => {
  assert.equal(hideSecrets('xx secret-long xx', ['secret', 'secret-long']), 'xx •••••• xx')
})

test('what is too short to be one does not tear words apart', () => {
  assert.equal(hideSecrets('abc', ['', 'b']), 'abc')
})
