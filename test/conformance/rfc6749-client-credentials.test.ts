// RFC 6749 §4.4: tokens of a client for itself.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import { basic, postToken, refresh, SECRET, userinfo } from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const service = (settings: JsonObject = {}, attributes: JsonObject = {}): JsonObject => ({
  grant_types: ['client_credentials', 'basic'],
  auth: { client_credentials: settings },
  ...attributes,
})

const claimsOf = (jwt: unknown): JsonObject =>
  JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString()) as JsonObject

describe('RFC 6749 §4.4: the client credentials grant', () => {
  let app: StoredApp
  const ask = (id: string, parameters: Readonly<Record<string, string>> = {}) =>
    postToken(app, { grant_type: 'client_credentials', ...parameters }, basic(id, SECRET))
  before(async () => {
    app = await startStoredApp()
    const jwt = { token_format: 'jwt', access_token_expiration: 600 }
    await app.addClient('opaque', service(), SECRET)
    await app.addClient('jwt', service({ ...jwt, audience: ['https://a.test', 'https://b.test'] }), SECRET)
    await app.addClient('scoped', service(jwt, { scope: ['system/*.read', 'write', 'openid'] }), SECRET)
    await app.addClient('lasting', service({ ...jwt, refresh_token: true }), SECRET)
    await app.addClient('public', service())
    await app.addClient('sloppy', service({}, { auth: { client_credentials: {} } }))
    await app.addClient('other', { grant_types: ['code'] }, SECRET)
  })

  test('§4.4.3: an opaque token of an hour, without refresh token and user, when nothing is set', async () => {
    const { status, body, headers } = await ask('opaque')
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body).sort(), ['access_token', 'expires_in', 'token_type'])
    assert.deepEqual([body.token_type, body.expires_in], ['Bearer', 3600])
    assert.match(String(body.access_token), /^[\w-]{43}$/)
    assert.equal(headers.get('cache-control'), 'no-store')
    const shown = await userinfo(app, { authorization: `Bearer ${body.access_token}` })
    assert.equal(shown.status, 403, 'it acts for nobody')
    assert.match(shown.headers.get('www-authenticate') ?? '', /error="insufficient_scope"/)
  })

  test('a JWT names the client as its subject and ends when the settings say', async () => {
    const { body } = await ask('jwt', { scope: 'a b' })
    const { iat, exp, jti, ...claims } = claimsOf(body.access_token)
    assert.deepEqual(claims, {
      iss: app.url,
      sub: 'jwt',
      client_id: 'jwt',
      aud: ['https://a.test', 'https://b.test'],
      scope: 'a b',
    })
    assert.equal(Number(exp) - Number(iat), 600)
    assert.match(String(jti), /^[0-9a-f]{32}$/)
    assert.equal(body.scope, 'a b')
  })

  test('audience picks one of the configured, and nothing else', async () => {
    assert.equal(
      claimsOf((await ask('jwt', { audience: 'https://b.test' })).body.access_token).aud,
      'https://b.test',
    )
    for (const [id, audience] of [
      ['jwt', 'https://c.test'],
      ['jwt', 'https://a.test https://b.test'],
      ['opaque', 'https://a.test'],
    ] as const) {
      const { status, body } = await ask(id, { audience })
      assert.deepEqual([status, body.error], [400, 'invalid_target'], audience)
      assert.match(String(body.error_description), /audience/)
    }
  })

  test('RFC 8693 §2.1: several audiences, repeated in a form or listed in JSON; one that is not configured spoils all', async () => {
    const both = ['https://b.test', 'https://a.test']
    const [b, a] = both.map(encodeURIComponent)
    const asked = async (names: string) =>
      postToken(app, `grant_type=client_credentials&audience=${names}`, basic('jwt', SECRET))
    assert.deepEqual(claimsOf((await asked(`${b}&audience=${a}&audience=`)).body.access_token).aud, both)
    assert.equal((await asked(`${b}&audience=https://c.test`)).body.error, 'invalid_target')
    const json = JSON.stringify({ grant_type: 'client_credentials', audience: both })
    const answer = await postToken(app, json, {
      ...basic('jwt', SECRET),
      'content-type': 'application/json',
    })
    assert.deepEqual(claimsOf(answer.body.access_token).aud, both)
  })

  test('§3.2: parameters in JSON that mean nothing here are ignored, whatever their type; those that do are strings', async () => {
    const json = async (more: JsonObject) =>
      postToken(app, JSON.stringify({ grant_type: 'client_credentials', ...more }), {
        ...basic('jwt', SECRET),
        'content-type': 'application/json',
      })
    assert.equal((await json({ expires_in: 60, options: { x: [1] }, list: ['a'] })).status, 200)
    for (const [name, value] of Object.entries({
      scope: ['a'],
      client_assertion: {},
      audience: [1],
      resource: 1,
    })) {
      const { status, body } = await json({ [name]: value })
      assert.deepEqual([status, body.error], [400, 'invalid_request'], name)
      assert.match(String(body.error_description), new RegExp(name))
    }
  })

  test('§3.3: the scope is limited by what the client may have, and never one of a person', async () => {
    assert.equal((await ask('scoped')).body.scope, 'system/*.read write', 'all it has, without openid')
    assert.equal(
      (await ask('scoped', { scope: 'system/Patient.read admin' })).body.scope,
      'system/Patient.read',
    )
    for (const [id, scope] of [
      ['scoped', 'admin'],
      ['scoped', 'openid'],
      ['scoped', 'write openid'],
      ['opaque', 'patient/*.read'],
      ['opaque', 'user/Patient.read'],
      ['opaque', 'launch/patient'],
      ['opaque', 'offline_access'],
      ['opaque', 'a  b'],
      ['opaque', 'a"b'],
    ] as const) {
      const { status, body } = await ask(id, { scope })
      assert.deepEqual([status, body.error], [400, 'invalid_scope'], scope)
    }
  })

  test('§4.4: MUST only be used by confidential clients', async () => {
    for (const id of ['public', 'sloppy', 'opaque']) {
      const { status, body } = await postToken(app, { grant_type: 'client_credentials', client_id: id })
      assert.deepEqual([status, body.error], [401, 'invalid_client'], id)
    }
    assert.equal((await ask('other')).body.error, 'unauthorized_client')
  })

  test('a refresh token where the client is set so: it goes on for the client, and needs its secret', async () => {
    const { body } = await ask('lasting', { scope: 'a' })
    const credentials = { client_id: 'lasting', client_secret: SECRET }
    const naked = await postToken(app, {
      grant_type: 'refresh_token',
      refresh_token: String(body.refresh_token),
      client_id: 'lasting',
    })
    assert.deepEqual([naked.status, naked.body.error], [401, 'invalid_client'])
    const again = await refresh(app, body.refresh_token, credentials)
    assert.equal(again.status, 200)
    const { sub, scope } = claimsOf(again.body.access_token)
    assert.deepEqual([sub, scope, again.body.scope], ['lasting', 'a', 'a'])
    app.clock.advance(11_000)
    const reused = await refresh(app, body.refresh_token, credentials)
    assert.deepEqual([reused.status, reused.body.error], [400, 'invalid_grant'])
    assert.equal((await refresh(app, again.body.refresh_token, credentials)).status, 400, 'the family ended')
  })

  test('the token is the client at the REST API, and ends with it', async () => {
    const { body } = await ask('opaque')
    const call = () =>
      app.fetch(new Request(`${app.url}/User`, { headers: { authorization: `Bearer ${body.access_token}` } }))
    assert.equal((await call()).status, 403, 'known, but it may not')
    await app.addClient('opaque', service({}, { active: false }), SECRET)
    assert.equal((await call()).status, 401)
  })

  test('every token and every refusal is in the audit log', async () => {
    const rows = await app.database.all<{ outcome: string; reason: string | null; user_id: string | null }>(
      app.database.sql
        .selectFrom('audit_event')
        .select(['outcome', 'reason', 'user_id'])
        .where('event', '=', 'token-issue'),
    )
    const seen = new Set(rows.map(({ outcome, reason }) => reason ?? outcome))
    assert.deepEqual([...seen].sort(), ['other-audience', 'scope-of-a-person', 'success', 'wider-scope'])
    assert.ok(rows.every(({ user_id }) => user_id === null))
  })
})
