import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestApp } from '../support/test-app.ts'

const SCRIPT = { origin: 'https://app.example.org' }

const PUBLIC = [
  '/auth/token',
  '/auth/userinfo',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/.well-known/jwks.json',
  '/fhir/.well-known/jwks.json',
]

test('a script of another origin may ask for tokens, userinfo and metadata, and read the answer, errors too', async () => {
  const { url, fetch } = await startTestApp()
  for (const path of PUBLIC) {
    const preflight = await fetch(
      new Request(url + path, {
        method: 'OPTIONS',
        headers: { ...SCRIPT, 'access-control-request-method': 'POST' },
      }),
    )
    assert.equal(preflight.status, 204, path)
    assert.equal(preflight.headers.get('access-control-allow-origin'), '*', path)
    assert.match(preflight.headers.get('access-control-allow-headers') ?? '', /authorization/i, path)
    assert.match(preflight.headers.get('access-control-allow-methods') ?? '', /POST/, path)
    const answer = await fetch(
      path === '/auth/token'
        ? new Request(url + path, { method: 'POST', headers: SCRIPT, body: new URLSearchParams({ a: 'b' }) })
        : new Request(url + path, { headers: SCRIPT }),
    )
    assert.equal(answer.ok, !path.startsWith('/auth/'), path)
    assert.equal(answer.headers.get('access-control-allow-origin'), '*', path)
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /Retry-After/, path)
    assert.equal(answer.headers.get('access-control-allow-credentials'), null, path)
  }
})

test('no script of another origin may read pages or resources, or use a cookie anywhere', async () => {
  const { url, fetch } = await startTestApp()
  for (const path of ['/auth/login', '/auth/two-factor', '/auth/authorize', '/User/admin', '/health', '/'])
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await fetch(new Request(url + path, { method, headers: SCRIPT }))
      assert.equal(headers.get('access-control-allow-origin'), null, `${method} ${path}`)
    }
})
