import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { jsonOf, startRest } from '../support/rest.ts'

const start = async () => {
  const app = await startRest()
  const hashOf = async (id: string) => (await app.stores.clients.findWithSecretHash(id))?.secretHash
  return { ...app, hashOf }
}

test('a secret is hashed by what it is: random ones fast, chosen ones slowly, hashed ones not again', async () => {
  const { send, hashOf } = await start()
  const random = 'kYx2vQ9dJm3RtW7aZs5LpN8cHb4Ug6Ef1XoKiVqTyBw'
  const imported = '__sha256:2BB80D537B1DA3E38BD30361AA855686BDE0EACD7162FEF6A25FE97BF527A25B'
  await send('PUT', '/Client/a', { secret: random })
  assert.match((await hashOf('a')) ?? '', /^__sha256:[0-9A-F]{64}$/)
  await send('PUT', '/Client/b', { secret: 'verysecret' })
  assert.match((await hashOf('b')) ?? '', /^\$argon2id\$/)
  await send('PUT', '/Client/c', { secret: imported })
  assert.equal(await hashOf('c'), imported)
  await send('PUT', '/Client/d', { secret: 'a'.repeat(50) })
  assert.match((await hashOf('d')) ?? '', /^\$argon2id\$/, 'long is not random')
})

test('a secret is kept when left out, the same one again is no change, null makes the client public', async () => {
  const { send, hashOf } = await start()
  const first = await send('PUT', '/Client/a', { secret: 'verysecret' })
  const hash = await hashOf('a')
  const again = await send('PUT', '/Client/a', { secret: 'verysecret' })
  assert.equal(again.headers.get('etag'), first.headers.get('etag'))
  await send('PUT', '/Client/a', { name: 'App' })
  assert.equal(await hashOf('a'), hash)
  await send('PUT', '/Client/a', { secret: 'another' })
  assert.notEqual(await hashOf('a'), hash)
  const imported = await send('PUT', '/Client/a', { secret: `__sha256:${'ab'.repeat(32)}` })
  const inCapitals = await send('PUT', '/Client/a', { secret: `__sha256:${'AB'.repeat(32)}` })
  assert.equal(inCapitals.headers.get('etag'), imported.headers.get('etag'))
  await send('PATCH', '/Client/a', { secret: null })
  assert.equal(await hashOf('a'), undefined)
})

test('secrets that cannot be meant are refused without being repeated', async () => {
  const { send } = await start()
  for (const secret of ['', 'x'.repeat(1025), '__sha256:abc', '$s0$nonsense', 5]) {
    const response = await send('PUT', '/Client/a', { secret })
    assert.equal(response.status, 422)
    const outcome = await jsonOf(response)
    assert.deepEqual(outcome.issue[0].expression, ['Client.secret'])
    assert.doesNotMatch(JSON.stringify(outcome), /abc|nonsense|xxx/)
  }
})

test('redirect URIs are absolute, exact and safe to send a code to', async () => {
  const { send } = await start()
  const put = async (redirect_uri: unknown) =>
    (await send('PUT', '/Client/a', { auth: { authorization_code: { redirect_uri } } })).status
  for (const good of [
    'http://localhost:3001',
    'http://127.0.0.1:3001/callback?x=1',
    'http://[::1]/cb',
    'http://app.test/cb',
    'https://app.example.org/cb',
    'com.example.app:/cb',
  ])
    assert((await put(good)) < 300, good)
  for (const bad of [
    '/cb',
    'app.example.org/cb',
    'https://app.example.org/cb#x',
    'https://*.example.org/cb',
    'https://user@example.org/cb',
    'https://app.example.org/\\cb',
    'https://app.example.org/ cb',
    'https://app.example.org/\ncb',
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'myapp:/cb',
    'http://app.example.org/cb',
    '//app.example.org/cb',
    '',
    ['https://app.example.org/cb'],
  ])
    assert.equal(await put(bad), 422, String(bad))
  const uri = 'https://App.Example.org:443/a/../b?c=%7e'
  await put(uri)
  const client = await jsonOf(send('GET', '/Client/a'))
  assert.equal(client.auth.authorization_code.redirect_uri, uri, 'kept letter for letter')
})

test('expirations are whole seconds up to ten years', async () => {
  const { send } = await start()
  for (const seconds of [0, -1, 1.5, '360', 315_360_001, 1e300, null]) {
    const body = { auth: { authorization_code: { access_token_expiration: seconds } } }
    assert.equal((await send('PUT', '/Client/a', body)).status, seconds === null ? 201 : 422, String(seconds))
  }
})

test('everything the contract names for a client is accepted and comes back', async () => {
  const { send } = await start()
  const client = {
    active: true,
    name: 'App',
    description: 'An app',
    type: 'smart-app',
    first_party: true,
    trusted: false,
    grant_types: [
      'basic',
      'authorization_code',
      'client_credentials',
      'password',
      'implicit',
      'refresh_token',
    ],
    auth: {
      client_credentials: { token_format: 'jwt', audience: ['x'], client_assertion_types: [JWT_BEARER] },
      password: { secret_required: true, redirect_uri: 'https://app.example.org/' },
      implicit: { redirect_uri: 'https://app.example.org/' },
      token_exchange: { token_format: 'jwt', refresh_token: true, refresh_token_expiration: 5 },
    },
    allowedIssuers: ['https://issuer.example.org'],
    jwks: [{ kid: '1', kty: 'RSA', alg: 'RS384', e: 'AQAB', n: MODULUS, use: 'sig' }],
    token_endpoint_auth_method: 'private_key_jwt',
    smart: { launch_uri: 'https://app.example.org/launch', name: 'x', description: 'y' },
    scope: ['openid', 'system/*.read'],
    'allowed-scopes': [{ resourceType: 'Scope', id: 's' }],
    scopes: [{ policy: { resourceType: 'AccessPolicy', id: 'p' }, parameters: { a: [1] } }],
    allowed_origins: ['https://*.example.org'],
    'fhir-base-url': '/patient/fhir',
    details: { anything: { goes: [true] } },
    audience: '#regex',
  }
  assert.equal((await send('PUT', '/Client/a', client)).status, 201)
  const { resourceType: _type, id: _id, meta: _meta, ...read } = await jsonOf(send('GET', '/Client/a'))
  assert.deepEqual(read, client)
  const found = await jsonOf(send('GET', '/Client?.grant_types$contains=implicit'))
  assert.deepEqual([found.total, found.entry[0].resource.id], [1, 'a'])
})

const MODULUS = String(
  generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }).n,
)
const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const GOOD_KEY = { kid: '1', kty: 'RSA', e: 'AQAB', n: MODULUS }
const REFUSED_KEYS: readonly (readonly [why: string, attributes: object, path: string])[] = [
  ['a private key', { jwks: [{ ...GOOD_KEY, d: 'c2VjcmV0' }] }, 'Client.jwks[0].d'],
  ['a symmetric key', { jwks: [{ kty: 'oct', k: 'c2VjcmV0' }] }, 'Client.jwks[0].k'],
  ['a short RSA key', { jwks: [{ ...GOOD_KEY, n: MODULUS.slice(0, 171) }] }, 'Client.jwks[0].n'],
  ['an unknown curve', { jwks: [{ kty: 'EC', crv: 'secp256k1', x: 'x', y: 'y' }] }, 'Client.jwks[0].crv'],
  ['an algorithm of another kind', { jwks: [{ ...GOOD_KEY, alg: 'ES256' }] }, 'Client.jwks[0].alg'],
  [
    'an algorithm that no assertion may have',
    { jwks: [{ ...GOOD_KEY, alg: 'RS512' }] },
    'Client.jwks[0].alg',
  ],
  ['a key to encrypt with', { jwks: [{ ...GOOD_KEY, use: 'enc' }] }, 'Client.jwks[0].use'],
  ['two keys of one kid', { jwks: [GOOD_KEY, GOOD_KEY] }, 'Client.jwks[1].kid'],
  ['21 keys', { jwks: Array(21).fill({ kty: 'RSA', e: 'AQAB', n: MODULUS }) }, 'Client.jwks'],
  ['a set instead of its keys', { jwks: { keys: [GOOD_KEY] } }, 'Client.jwks'],
  ['keys in two places', { jwks: [GOOD_KEY], jwks_uri: 'https://app.example.org/k' }, 'Client.jwks_uri'],
  ['keys over an open network', { jwks_uri: 'http://app.example.org/k' }, 'Client.jwks_uri'],
  ['keys that are no web address', { jwks_uri: 'file:///etc/keys' }, 'Client.jwks_uri'],
  ['another method', { token_endpoint_auth_method: 'tls_client_auth' }, 'Client.token_endpoint_auth_method'],
  [
    'another type of assertion',
    { auth: { client_credentials: { client_assertion_types: ['x'] } } },
    'Client.auth.client_credentials.client_assertion_types[0]',
  ],
]
for (const [why, attributes, path] of REFUSED_KEYS)
  test(`a client with ${why} is 422 at ${path}, and no part of a key comes back`, async () => {
    const { send } = await start()
    const response = await send('PUT', '/Client/a', attributes)
    assert.equal(response.status, 422)
    const text = await response.text()
    assert.ok(text.includes(`"${path}"`), text)
    assert.ok(!text.includes('c2VjcmV0') && !text.includes(MODULUS.slice(0, 20)), text)
    assert.equal((await send('GET', '/Client/a')).status, 404)
  })

test('keys may be at an address of this machine, and certificates beside them', async () => {
  const { send } = await start()
  assert.equal((await send('PUT', '/Client/a', { jwks_uri: 'http://localhost:9/k' })).status, 201)
  const jwks = [{ ...GOOD_KEY, x5c: ['MIIC'], x5t: 'eA', key_ops: ['verify'] }]
  assert.equal((await send('PUT', '/Client/b', { jwks })).status, 201)
})
