import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse } from 'yaml'
import { jsonOf, ROOT, startRest } from '../support/rest.ts'
import { SEED_AUTH_CONFIG, SEED_CLIENT, SEED_USER } from '../support/seed.ts'

const RESOURCES = [
  ['/AuthConfig/myconfig', SEED_AUTH_CONFIG],
  ['/Client/mywebapp', SEED_CLIENT],
  ['/User/my-user', SEED_USER],
] as const

test('the three resources of the page, as typed, are created and then found the same', async () => {
  const { send } = await startRest()
  for (const [path, body] of RESOURCES) {
    const created = await send('PUT', path, body)
    assert.equal(created.status, 201, path)
    const [, type, id] = path.split('/')
    const version = created.headers.get('etag')?.match(/^W\/"(\d+)"$/)?.[1]
    assert.equal(created.headers.get('location'), `http://localhost:8080/${type}/${id}/_history/${version}`)
    const again = await send('PUT', path, body)
    assert.equal(again.status, 200, path)
    assert.equal(again.headers.get('etag'), created.headers.get('etag'), 'no new version of the same')
  }
})

test('without any content type, and under /fhir, they are understood as well', async () => {
  const { request, send } = await startRest()
  for (const [path, body] of RESOURCES) {
    const headers = { authorization: ROOT }
    const created = await request(`/fhir${path}`, {
      method: 'PUT',
      headers,
      body: new TextEncoder().encode(body),
    })
    assert.equal(created.status, 201, path)
    assert.equal((await send('GET', path)).status, 200)
  }
})

test('no read, search, version or history shows a secret, in JSON or YAML', async () => {
  const { send, database } = await startRest()
  for (const [path, body] of RESOURCES) await send('PUT', path, body)
  await send('PATCH', '/User/my-user', { password: 'another password', displayName: 'Me' })
  await send('PUT', '/AuthConfig/myconfig', {
    twoFactor: {
      webhook: { endpoint: 'https://my-app.com', headers: { Authorization: 'Bearer hook-secret' } },
    },
  })
  await send('PUT', '/User/with-key', {
    twoFactor: { enabled: true, secretKey: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
  })
  const version = (await jsonOf(send('GET', '/User/my-user'))).meta.versionId
  const paths = [
    ...RESOURCES.map(([path]) => path),
    ...RESOURCES.flatMap(([path]) => [`${path}/_history`, `/fhir${path}`]),
    '/User',
    '/Client',
    '/AuthConfig',
    '/User/_history',
    '/Client/_history',
    '/AuthConfig/_history',
    '/User/with-key',
    `/User/my-user/_history/${version}`,
  ]
  const secrets =
    /"?password|secret"?: |verysecret|another password|hook-secret|GEZDGNBV|argon2id|\$s0\$|__sha256/
  for (const path of paths)
    for (const accept of ['application/json', 'text/yaml']) {
      const response = await send('GET', path, undefined, { accept })
      assert.equal(response.status, 200, path)
      assert.match(response.headers.get('content-type') ?? '', accept === 'text/yaml' ? /yaml/ : /json/)
      assert.doesNotMatch(await response.text(), secrets, `${path} as ${accept}`)
    }
  const stored = await database.all<object>(database.sql.selectFrom('resource_history').selectAll())
  const audited = await database.all<object>(database.sql.selectFrom('audit_event').selectAll())
  assert.doesNotMatch(JSON.stringify(stored), /"password|verysecret|hook-secret|GEZDGNBV|argon2id/)
  assert.doesNotMatch(JSON.stringify(audited), /verysecret|another password|hook-secret|GEZDGNBV|argon2id/)
})

test('reads as YAML parse to what reads as JSON say', async () => {
  const { send } = await startRest()
  await send('PUT', '/Client/mywebapp', SEED_CLIENT)
  const json = await jsonOf(send('GET', '/Client/mywebapp'))
  const yaml = await (await send('GET', '/Client/mywebapp?_format=yaml')).text()
  assert.deepEqual(parse(yaml), json)
  assert.deepEqual(json.auth.authorization_code, {
    redirect_uri: 'http://localhost:3001',
    access_token_expiration: 360,
    token_format: 'jwt',
    secret_required: true,
    refresh_token: true,
  })
  assert.equal(json.secret, undefined)
  assert.match(json.meta.lastUpdated, /^2026-01-01T00:00:00\.000000Z$/)
})
