import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutSecrets } from './without-secrets.ts'

test('what is kept for a reload has no secret in it, at whatever depth, and all else', () => {
  assert.deepEqual(
    withoutSecrets({
      id: 'ann',
      password: 'hidden',
      twoFactor: { enabled: true, secretKey: 'hidden', webhook: { headers: { A: '***', B: 'hidden' } } },
      list: [{ client_secret: 'hidden', name: 'app' }, 'text', null],
    }),
    {
      id: 'ann',
      twoFactor: { enabled: true, webhook: { headers: { A: '***' } } },
      list: [{ name: 'app' }, 'text', null],
    },
  )
})
