import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PLACEHOLDER, withPlaceholders } from './with-placeholders.ts'

test('a secret that was typed is not shown, at whatever depth, and everything else is', () => {
  assert.deepEqual(
    withPlaceholders({
      id: 'ann',
      password: 'typed',
      secret: null,
      twoFactor: { enabled: true, secretKey: 'typed' },
      list: [{ client_secret: 'typed', name: 'app' }, 'text', null],
    }),
    {
      id: 'ann',
      password: PLACEHOLDER,
      secret: null,
      twoFactor: { enabled: true, secretKey: PLACEHOLDER },
      list: [{ client_secret: PLACEHOLDER, name: 'app' }, 'text', null],
    },
  )
})
