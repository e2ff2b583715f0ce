// TokenIntrospector: whose tokens are believed. Its secrets go in and never come out.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const SECRETS = {
  mac: 'mac-secret-mac-secret-mac-secret-mac-secret',
  key: 'key-secret-key-secret-key-secret-key-secret',
  header: 'Basic header-secret-header-secret',
}
const pemOf = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits })
const pair = pemOf(2048)
const PUB = String(pair.publicKey.export({ type: 'spki', format: 'pem' }))
const PRIVATE = String(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
const WEAK = String(pemOf(1024).publicKey.export({ type: 'spki', format: 'pem' }))
const EC384 = String(
  generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ type: 'spki', format: 'pem' }),
)

const mac: JsonObject = { type: 'jwt', jwt: { iss: 'mac', secret: SECRETS.mac } }
const octKey = (k: string): JsonObject => ({ k, kty: 'OCT', alg: 'HS256', format: 'plain' })
const rsaKey: JsonObject = { pub: PUB, kty: 'RSA', alg: 'RS256', format: 'PEM' }
const keyed = (...keys: readonly JsonObject[]): JsonObject => ({ type: 'jwt', jwt: { iss: 'keyed', keys } })
const opaque = (url = 'https://issuer.test/introspect', authorization = SECRETS.header): JsonObject => ({
  type: 'opaque',
  introspection_endpoint: { url, authorization },
})

describe('TokenIntrospector', () => {
  let app: StoredApp
  const call = async (method: string, path: string, body?: JsonObject) => {
    const response = await app.rest(method, path, body)
    const text = await response.text()
    for (const secret of Object.values(SECRETS))
      assert.equal(text.includes(secret), false, `${method} ${path}`)
    return { status: response.status, text, body: (text === '' ? {} : JSON.parse(text)) as JsonObject }
  }
  const put = (id: string, body: JsonObject) => call('PUT', `/TokenIntrospector/${id}`, body)
  const stored = (id: string) => app.stores.introspectorSecrets.find(id)
  before(async () => {
    app = await startStoredApp()
  })

  test('what is written as a secret reads as ***, wherever it could be seen', async () => {
    for (const [id, body] of Object.entries({
      mac,
      keyed: keyed(octKey(SECRETS.key), rsaKey),
      opaque: opaque(),
    })) {
      assert.equal((await put(id, body)).status, 201)
      const { text } = await call('GET', `/TokenIntrospector/${id}`)
      assert.match(text, /"\*\*\*"/)
      await call('GET', `/fhir/TokenIntrospector/${id}`)
      await call('GET', `/TokenIntrospector/${id}/_history`)
      await call('GET', `/TokenIntrospector?_id=${id}`)
    }
    const hit = await app.rest('GET', `/TokenIntrospector?.jwt.secret=${encodeURIComponent(SECRETS.mac)}`)
    assert.equal((await hit.text()).includes('"id":"mac"'), false, 'nobody can guess by searching')
    assert.deepEqual(await stored('mac'), { 'jwt.secret': SECRETS.mac })
    assert.deepEqual(await stored('keyed'), { 'jwt.keys[0].k': SECRETS.key })
    assert.deepEqual(await stored('opaque'), { 'introspection_endpoint.authorization': SECRETS.header })
    const { sql } = app.database
    const rows = [
      ...(await app.database.all(sql.selectFrom('introspector_secret').selectAll())),
      ...(await app.database.all(sql.selectFrom('audit_event').selectAll())),
      ...(await app.database.all(sql.selectFrom('resource').selectAll())),
      ...(await app.database.all(sql.selectFrom('resource_history').selectAll())),
    ]
    for (const secret of Object.values(SECRETS))
      assert.equal(JSON.stringify([rows, app.log]).includes(secret), false)
  })

  test('*** written back keeps the stored secret, for as long as it belongs to the same', async () => {
    const { body } = await call('GET', '/TokenIntrospector/keyed')
    assert.equal((await put('keyed', { ...keyed(octKey('***'), rsaKey), cache_ttl: 60 })).status, 200)
    assert.deepEqual(await stored('keyed'), { 'jwt.keys[0].k': SECRETS.key })
    assert.ok(body)
    for (const [id, refused, path] of [
      ['keyed', keyed(octKey('***')), 'jwt.keys[0].k'],
      ['keyed', keyed(rsaKey, octKey('***')), 'jwt.keys[1].k'],
      ['mac', { type: 'jwt', jwt: { iss: 'other', secret: '***' } }, 'jwt.secret'],
      ['opaque', opaque('https://evil.test/introspect', '***'), 'introspection_endpoint.authorization'],
      ['new', { type: 'jwt', jwt: { iss: 'new', secret: '***' } }, 'jwt.secret'],
    ] as const) {
      const answer = await put(id, refused)
      assert.equal(answer.status, 422, answer.text)
      assert.ok(answer.text.includes(`TokenIntrospector.${path}`), answer.text)
    }
    assert.equal((await put('opaque', opaque('https://issuer.test/other', '***'))).status, 200)
    assert.deepEqual(await stored('opaque'), { 'introspection_endpoint.authorization': SECRETS.header })
  })

  test('a secret that is replaced or left out is gone', async () => {
    await put('mac', { type: 'jwt', jwt: { iss: 'mac' }, jwks_uri: 'https://issuer.test/jwks' })
    assert.deepEqual(await stored('mac'), {})
    await put('mac', mac)
    await call('DELETE', '/TokenIntrospector/mac')
    assert.deepEqual(await stored('mac'), {})
    assert.equal(await app.stores.introspectors.findByIssuer('jwt', 'mac'), undefined)
  })

  test('what can verify nothing is refused when it is written, and the attribute is named', async () => {
    const jwks_uri = 'https://issuer.test/jwks'
    for (const [body, path] of [
      [{}, 'type'],
      [{ type: 'aspxauth' }, 'type'],
      [{ type: 'jwt', jwks_uri }, 'jwt.iss'],
      [{ type: 'jwt', jwt: { iss: '' }, jwks_uri }, 'jwt.iss'],
      [{ type: 'jwt', jwt: { iss: 'x'.repeat(501) }, jwks_uri }, 'jwt.iss'],
      [{ type: 'jwt', jwt: { iss: 'x' } }, 'jwt'],
      [{ ...mac, jwks_uri }, 'jwt'],
      [{ type: 'jwt', jwt: { iss: 'x', secret: SECRETS.mac, keys: [rsaKey] } }, 'jwt'],
      [{ type: 'jwt', jwt: { iss: 'x', secret: 'short' } }, 'jwt.secret'],
      [{ type: 'jwt', jwt: { iss: 'x', keys: [] } }, 'jwt.keys'],
      [keyed({ ...rsaKey, pub: PRIVATE }), 'jwt.keys[0].pub'],
      [keyed({ ...rsaKey, pub: WEAK }), 'jwt.keys[0].pub'],
      [keyed({ ...rsaKey, pub: 'x' }), 'jwt.keys[0].pub'],
      [keyed({ ...rsaKey, format: 'plain' }), 'jwt.keys[0].pub'],
      [keyed({ kty: 'RSA', alg: 'RS256', format: 'PEM' }), 'jwt.keys[0].pub'],
      [keyed({ ...rsaKey, alg: 'HS256' }), 'jwt.keys[0].alg'],
      [keyed({ ...rsaKey, alg: 'none' }), 'jwt.keys[0].alg'],
      [keyed({ ...rsaKey, kty: 'EC', alg: 'ES256' }), 'jwt.keys[0].pub'],
      [keyed({ ...rsaKey, pub: EC384, kty: 'EC', alg: 'ES256' }), 'jwt.keys[0].pub'],
      [keyed(rsaKey, octKey('short')), 'jwt.keys[1].k'],
      [keyed({ kty: 'OCT', alg: 'HS256', format: 'plain' }), 'jwt.keys[0].k'],
      [{ type: 'jwt', jwt: { iss: 'x' }, jwks_uri: 'ftp://x' }, 'jwks_uri'],
      [{ type: 'jwt', jwt: { iss: 'x' }, jwks_uri: 'https://u:p@x/' }, 'jwks_uri'],
      [{ type: 'opaque' }, 'introspection_endpoint'],
      [{ ...opaque(), jwks_uri }, 'jwks_uri'],
      [{ ...opaque(), jwt: { secret: SECRETS.mac } }, 'jwt'],
      [opaque('https://x.test', 'a\nb'), 'introspection_endpoint.authorization'],
      [{ ...mac, cache_ttl: 0 }, 'cache_ttl'],
      [{ ...mac, cache_ttl: 86_401 }, 'cache_ttl'],
      [{ ...mac, more: 1 }, 'more'],
    ] as const) {
      const answer = await put('wrong', body as JsonObject)
      assert.equal(answer.status, 422, JSON.stringify(body))
      assert.ok(answer.text.includes(path), `${path}: ${answer.text}`)
    }
    assert.equal((await call('GET', '/TokenIntrospector/wrong')).status, 404)
  })

  test('one issuer has one TokenIntrospector of a type', async () => {
    assert.equal((await put('keyed-again', keyed(rsaKey))).status, 409)
    assert.equal((await put('opaque-too', { ...opaque(), jwt: { iss: 'keyed' } })).status, 201)
  })
})
