import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INSTEAD, withoutSecrets } from './without-secrets.ts'

test('a password and a secret that were typed are not shown, and everything else is', () => {
  assert.deepEqual(withoutSecrets({ id: 'ann', password: 'typed', secret: 'typed', name: { a: 1 } }), {
    id: 'ann',
    password: INSTEAD,
    secret: INSTEAD,
    name: { a: 1 },
  })
  assert.deepEqual(withoutSecrets({ id: 'app', secret: null }), { id: 'app', secret: null })
})
