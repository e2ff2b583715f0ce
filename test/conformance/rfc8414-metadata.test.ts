// RFC 8414, RFC 9207 §3, RFC 7517: what the server says of itself.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { MYWEBAPP, postToken, SECRET } from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const NAMES = ['openid-configuration', 'oauth-authorization-server']

describe('RFC 8414: authorization server metadata', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp({ url: 'https://id.example.org' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
  })
  const get = (path: string, init: RequestInit = {}, host = app.url) =>
    app.fetch(new Request(`${host}${path}`, init))

  test('§3: is the same document under each well-known name, with and without /fhir', async () => {
    const bodies = new Set<string>()
    for (const prefix of ['', '/fhir'])
      for (const name of NAMES) {
        const response = await get(`${prefix}/.well-known/${name}`)
        assert.equal(response.status, 200)
        assert.equal(response.headers.get('content-type'), 'application/json')
        assert.match(response.headers.get('cache-control') ?? '', /^public, max-age=\d+$/)
        bodies.add(await response.text())
        const head = await get(`${prefix}/.well-known/${name}`, { method: 'HEAD' })
        assert.deepEqual([head.status, await head.text()], [200, ''])
      }
    assert.equal(bodies.size, 1)
  })

  test('§3.3: names the issuer of the settings, whatever host was asked', async () => {
    const response = await get(
      `/.well-known/${NAMES[0]}`,
      { headers: { 'x-forwarded-host': 'evil.test' } },
      'http://evil.test',
    )
    const text = await response.text()
    assert.equal((JSON.parse(text) as { issuer: string }).issuer, 'https://id.example.org')
    assert.equal(text.includes('evil.test'), false)
  })

  test('advertises only what is built, and that works', async () => {
    const metadata = (await (await get(`/.well-known/${NAMES[0]}`)).json()) as Record<string, unknown>
    assert.deepEqual(metadata.grant_types_supported, [
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'password',
      'urn:ietf:params:oauth:grant-type:token-exchange',
      'implicit',
    ])
    assert.deepEqual(metadata.response_modes_supported, ['query', 'fragment', 'form_post'])
    assert.deepEqual(metadata.code_challenge_methods_supported, ['S256'])
    assert.equal(metadata.authorization_response_iss_parameter_supported, true)
    assert.equal(metadata.request_uri_parameter_supported, false)
    assert.deepEqual(metadata.id_token_signing_alg_values_supported, ['RS256', 'ES256', 'EdDSA'])
    for (const grant_type of metadata.grant_types_supported as string[]) {
      if (grant_type === 'implicit') continue
      const answer = await postToken(app, { grant_type, client_id: 'mywebapp', client_secret: SECRET })
      assert.ok(['invalid_request', 'unauthorized_client'].includes(String(answer.body.error)), grant_type)
    }
    for (const [name, value] of Object.entries(metadata))
      if (name.endsWith('_endpoint') || name === 'jwks_uri') {
        const method = /^(token|introspection|revocation)_/.test(name) ? 'POST' : 'GET'
        const path = String(value).replace(app.url, '')
        assert.notEqual((await get(path, { method })).status, 404, name)
      }
  })

  test('RFC 7517: publishes one RSA key of 2048 bits and nothing private', async () => {
    const response = await get('/.well-known/jwks.json')
    const { keys } = (await response.json()) as { keys: Record<string, string>[] }
    assert.equal(keys.length, 1)
    const [key = {}] = keys
    assert.deepEqual(Object.keys(key).sort(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])
    assert.deepEqual([key.alg, key.use, key.kty], ['RS256', 'sig', 'RSA'])
    assert.equal(Buffer.from(key.n ?? '', 'base64url').length * 8, 2048)
    assert.equal((await get('/fhir/.well-known/jwks.json')).status, 200)
  })
})
