import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import { basic } from '../support/oauth-client.ts'
import type { TestApp } from '../support/test-app.ts'
import { ROOT_SECRET, startTestApp } from '../support/test-app.ts'

const SPA = 'https://spa.example.org'
const CALLBACK = 'https://app.example.org'
const FOREIGN = [
  'https://evil.test',
  'http://spa.example.org',
  'https://spa.example.org.evil.test',
  'https://spa.example.org:8443',
  'https://tenants.example.net',
  'https://gone.example.org',
  'https://off.example.org',
  'null',
  '*',
  'https://*.tenants.example.net',
]

const EVERYBODY = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/.well-known/jwks.json',
  '/fhir/.well-known/jwks.json',
]
const REGISTERED = [
  '/auth/token',
  '/auth/userinfo',
  '/auth/introspect',
  '/auth/revoke',
  '/User/admin',
  '/fhir/User/admin',
  '/User',
  '/Client/root',
  '/User/admin/_history',
]
const NOBODY = [
  '/auth/login',
  '/auth/two-factor',
  '/auth/authorize',
  '/auth/logout',
  '/health',
  '/',
  '/Users',
]

describe('scripts of other origins', () => {
  let app: TestApp
  before(async () => {
    app = await startTestApp()
    const put = async (id: string, document: JsonObject) =>
      assert.ok((await app.rest('PUT', `/Client/${id}`, document)).ok, id)
    await put('spa', { allowed_origins: [`${SPA}/any/path?query`, 'https://*.tenants.example.net'] })
    await put('app', {
      grant_types: ['code'],
      auth: { authorization_code: { redirect_uri: `${CALLBACK}/callback` } },
    })
    await put('gone', { allowed_origins: ['https://gone.example.org'] })
    await app.rest('DELETE', '/Client/gone')
    await put('off', { allowed_origins: ['https://off.example.org'] })
    await put('off', { active: false, allowed_origins: ['https://off.example.org'] })
  })
  const send = (path: string, method: string, headers: Readonly<Record<string, string>>, body?: string) =>
    app.fetch(new Request(app.url + path, { method, headers, ...(body === undefined ? {} : { body }) }))
  const preflight = (path: string, origin: string, method = 'POST') =>
    send(path, 'OPTIONS', { origin, 'access-control-request-method': method })
  const ask = (path: string, origin: string) =>
    path === '/auth/token' || path === '/auth/introspect' || path === '/auth/revoke'
      ? send(path, 'POST', { origin, 'content-type': 'application/x-www-form-urlencoded' }, 'a=b')
      : send(path, 'GET', { origin })

  test('what is public anybody may read, without saying who they are', async () => {
    for (const path of EVERYBODY)
      for (const answer of [
        await preflight(path, 'https://evil.test'),
        await ask(path, 'https://evil.test'),
      ]) {
        assert.ok(answer.ok, path)
        assert.equal(answer.headers.get('access-control-allow-origin'), '*', path)
        assert.equal(answer.headers.get('access-control-allow-credentials'), null, path)
      }
  })

  for (const origin of [SPA, CALLBACK, 'https://one.tenants.example.net', 'https://a.b.tenants.example.net'])
    test(`${origin}, which a client registered, may ask and read the answer, errors too, but never with cookies`, async () => {
      for (const path of REGISTERED) {
        const before = await preflight(path, origin)
        assert.equal(before.status, 204, path)
        assert.match(
          before.headers.get('access-control-allow-headers') ?? '',
          /authorization.*if-match/i,
          path,
        )
        assert.match(
          before.headers.get('access-control-allow-methods') ?? '',
          /POST, PUT, PATCH, DELETE/,
          path,
        )
        const answer = await ask(path, origin)
        assert.ok([400, 401].includes(answer.status), `${path} ${answer.status}`)
        assert.match(answer.headers.get('access-control-expose-headers') ?? '', /ETag.*Retry-After/, path)
        for (const { headers } of [before, answer]) {
          assert.equal(headers.get('access-control-allow-origin'), origin, path)
          assert.equal(headers.get('vary'), 'Origin', path)
          assert.equal(headers.get('access-control-allow-credentials'), null, path)
        }
      }
    })

  test('an origin that no living client registered gets no word of it', async () => {
    for (const origin of FOREIGN)
      for (const path of REGISTERED)
        for (const { headers } of [await preflight(path, origin), await ask(path, origin)]) {
          const names = [...headers.keys()].filter((name) => name.startsWith('access-control-'))
          assert.deepEqual(names, [], `${origin} ${path}`)
          assert.equal(headers.get('vary'), 'Origin', `${origin} ${path}`)
        }
  })

  test('pages are read by scripts of our own origin alone', async () => {
    for (const path of NOBODY)
      for (const method of ['GET', 'OPTIONS']) {
        const { headers } = await send(path, method, { origin: SPA })
        assert.equal(headers.get('access-control-allow-origin'), null, `${method} ${path}`)
      }
  })

  test('an answer says that it varies by origin also to who names none', async () => {
    const { headers } = await send('/auth/token', 'POST', {}, 'a=b')
    assert.equal(headers.get('vary'), 'Origin')
    assert.equal(headers.get('access-control-allow-origin'), null)
  })

  test('a registered origin reads resources with credentials of its own', async () => {
    const answer = await send('/Client/spa', 'GET', { origin: SPA, ...basic('root', ROOT_SECRET) })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('access-control-allow-origin'), SPA)
    assert.ok(answer.headers.get('etag'))
  })

  test('an origin counts from the write of its client to the next that lacks it', async () => {
    const origin = 'https://new.example.org'
    const isAllowed = async () =>
      (await preflight('/auth/token', origin)).headers.get('access-control-allow-origin') === origin
    assert.equal(await isAllowed(), false)
    await app.rest('PUT', '/Client/new', { allowed_origins: [origin] })
    assert.equal(await isAllowed(), true)
    await app.rest('PUT', '/Client/new', { allowed_origins: [] })
    assert.equal(await isAllowed(), false)
  })

  test('a star alone, a star below a top-level domain and a clear text origin are 422', async () => {
    for (const origin of ['*', 'https://*', 'https://*.org', 'http://app.example.org', 'null', 'x']) {
      const answer = await app.rest('PUT', '/Client/bad', { allowed_origins: ['https://a.example', origin] })
      assert.equal(answer.status, 422, origin)
      assert.match(await answer.text(), /"Client\.allowed_origins\[1\]"/, origin)
    }
  })
})
