// RFC 6749 §2.3, §3.2, §4.1.3, §5: the token endpoint.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  basic,
  MYWEBAPP,
  obtainCode,
  postToken,
  REDIRECT_URI,
  redeem,
  refresh,
  SECRET,
  statusOf,
  webapp,
} from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

describe('RFC 6749 §4.1.3: the token endpoint', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    await app.addClient('other', MYWEBAPP, SECRET)
    await app.addClient('basic', { grant_types: ['basic'] }, SECRET)
    await app.addClient('nosecret', webapp({ secret_required: true }))
    await app.addClient('spa', webapp({ pkce: false }))
    await app.addClient('off', { ...MYWEBAPP, active: false }, SECRET)
  })
  const code = { grant_type: 'authorization_code', code: 'x' }
  const credentials = { client_id: 'mywebapp', client_secret: SECRET }

  test('§2.3.1, §5.2: bad credentials are 401 invalid_client, which names a scheme wherever they were (RFC 9110 §15.5.2)', async () => {
    for (const [id, secret] of [
      ['mywebapp', 'wrong'],
      ['mywebapp', ''],
      ['unknown', SECRET],
      ['off', SECRET],
      ['nosecret', SECRET],
      ['__proto__', SECRET],
    ] as const) {
      const header = await postToken(app, code, basic(id, secret))
      assert.deepEqual([header.status, header.body.error], [401, 'invalid_client'], id)
      assert.match(header.headers.get('www-authenticate') ?? '', /^Basic realm=/)
      const body = await postToken(app, { ...code, client_id: id, client_secret: secret })
      assert.deepEqual([body.status, body.body.error], [401, 'invalid_client'], id)
      assert.match(body.headers.get('www-authenticate') ?? '', /^Basic realm=/)
    }
    for (const authorization of [
      'Basic',
      'Basic !!!',
      'Basic bm9jb2xvbg==',
      'Basic /w==',
      `Basic ${Buffer.from('a\0b:x').toString('base64')}`,
      `Basic ${Buffer.from('a%00b:x').toString('base64')}`,
      'Bearer abc',
      'Digest x',
    ]) {
      const answer = await postToken(app, code, { authorization })
      assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'], authorization)
    }
  })

  test('a script of our own pages is told of Bearer, which opens no password box of the browser', async () => {
    const own = { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin' }
    const answer = await postToken(app, { ...code, ...credentials, client_secret: 'wrong' }, own)
    assert.equal(answer.status, 401)
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer realm="Countersign"')
  })

  test('§2.3: "MUST NOT use more than one authentication method in each request"', async () => {
    const twice = await postToken(app, { ...code, ...credentials }, basic('mywebapp', SECRET))
    assert.deepEqual([twice.status, twice.body.error], [400, 'invalid_request'])
    const differing = await postToken(app, { ...code, client_id: 'other' }, basic('mywebapp', SECRET))
    assert.deepEqual([differing.status, differing.body.error], [400, 'invalid_request'])
  })

  test('RFC 9700 §2.5: a client with a secret cannot act as one without', async () => {
    const granted = await obtainCode(app)
    const answer = await postToken(app, { ...code, code: granted, client_id: 'mywebapp' })
    assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
    assert.equal((await redeem(app, granted)).status, 200, 'and does not use the code up')
  })

  test('a client without secret need not show one, and cannot make one up', async () => {
    const made = await redeem(app, await obtainCode(app, { client_id: 'spa' }), { client_id: 'spa' })
    assert.equal(made.body.error, 'invalid_client')
    const form = { ...code, client_id: 'spa', code: await obtainCode(app, { client_id: 'spa' }) }
    assert.equal((await postToken(app, form)).status, 200)
  })

  test('§2.3.1: credentials "MUST NOT be included in the request URI"', async () => {
    const response = await app.fetch(
      new Request(`${app.url}/auth/token?client_secret=${SECRET}`, {
        method: 'POST',
        body: new URLSearchParams({ ...code, client_id: 'mywebapp' }),
      }),
    )
    const body = await response.text()
    assert.equal(response.status, 400)
    assert.match(body, /invalid_request/)
    assert.equal(body.includes(SECRET), false)
  })

  test('§3.2: no parameter more than once, in form or JSON; only these two types', async () => {
    for (const text of [
      `grant_type=authorization_code&grant_type=authorization_code&client_id=mywebapp&client_secret=${SECRET}`,
      `grant_type=authorization_code&code=a&code=b&client_id=mywebapp&client_secret=${SECRET}`,
      'grant_type=%ff',
      'code=%00',
    ])
      assert.deepEqual(
        [(await postToken(app, text)).status, (await postToken(app, text)).body.error],
        [400, 'invalid_request'],
      )
    const json = { 'content-type': 'application/json' }
    for (const text of [
      '{"grant_type":"a","grant_type":"b"}',
      '[]',
      'null',
      '{',
      '{"grant_type":["a"]}',
      '{"code":1}',
    ]) {
      const answer = await postToken(app, text, json)
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'], text)
    }
    assert.equal(
      (await postToken(app, 'x', { 'content-type': 'multipart/form-data; boundary=x' })).status,
      415,
    )
    assert.equal((await postToken(app, `code=${'x'.repeat(70_000)}`)).status, 413)
  })

  test('§5.2: unknown grants, grants of others, and missing parameters have their codes', async () => {
    const errorOf = async (parameters: Record<string, string>) =>
      (await postToken(app, parameters)).body.error
    assert.equal(await errorOf(credentials), 'invalid_request')
    assert.equal(await errorOf({ ...credentials, grant_type: 'urn:example:other' }), 'unsupported_grant_type')
    assert.equal(await errorOf({ ...credentials, grant_type: 'authorization_code' }), 'invalid_request')
    assert.equal(await errorOf({ ...credentials, grant_type: 'refresh_token' }), 'invalid_request')
    assert.equal(await errorOf({ ...credentials, ...code, client_assertion: 'x' }), 'invalid_request')
    const basicOnly = { ...credentials, client_id: 'basic' }
    assert.equal(await errorOf({ ...basicOnly, ...code }), 'unauthorized_client')
    const refreshing = { ...basicOnly, grant_type: 'refresh_token', refresh_token: 'x' }
    assert.equal(await errorOf(refreshing), 'unauthorized_client')
  })

  test('§5.1, §5.2: every answer is JSON that nobody may store', async () => {
    for (const answer of [await redeem(app, await obtainCode(app)), await redeem(app, 'wrong')]) {
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      assert.equal(answer.headers.get('pragma'), 'no-cache')
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
    }
  })

  test('§4.1.2: the code is "bound to the client identifier and redirection URI"', async () => {
    const foreign = await redeem(app, await obtainCode(app), { client_id: 'other' })
    assert.equal(foreign.body.error, 'invalid_grant')
    const uri = { redirect_uri: REDIRECT_URI }
    assert.equal((await redeem(app, await obtainCode(app, uri))).body.error, 'invalid_grant')
    const other = await redeem(app, await obtainCode(app, uri), { redirect_uri: `${REDIRECT_URI}/` })
    assert.equal(other.body.error, 'invalid_grant')
    assert.equal((await redeem(app, await obtainCode(app, uri), uri)).status, 200)
    assert.equal(
      (await redeem(app, await obtainCode(app), uri)).status,
      200,
      'sent though it was left out before',
    )
    const made = await redeem(app, await obtainCode(app), { redirect_uri: 'http://evil.test' })
    assert.equal(made.body.error, 'invalid_grant')
  })

  test('a check that fails uses the code up', async () => {
    const granted = await obtainCode(app, { redirect_uri: REDIRECT_URI })
    assert.equal((await redeem(app, granted)).body.error, 'invalid_grant')
    assert.equal((await redeem(app, granted, { redirect_uri: REDIRECT_URI })).body.error, 'invalid_grant')
  })

  test('§4.1.2: a code works for 60 s', async () => {
    const granted = await obtainCode(app)
    app.clock.advance(59_999)
    assert.equal((await redeem(app, granted)).status, 200)
    const late = await obtainCode(app)
    app.clock.advance(60_000)
    assert.equal((await redeem(app, late)).body.error, 'invalid_grant')
  })

  test('§4.1.2: a second use "SHOULD revoke … all tokens previously issued based on that authorization code"', async () => {
    const granted = await obtainCode(app)
    const first = (await redeem(app, granted)).body
    const refreshed = (await refresh(app, first.refresh_token)).body
    const foreign = await redeem(app, granted, { client_id: 'other' })
    assert.equal(foreign.body.error, 'invalid_grant')
    assert.equal(await statusOf(app, refreshed.access_token), 200, 'another client cannot end them')
    assert.equal((await redeem(app, granted)).body.error, 'invalid_grant')
    assert.equal(await statusOf(app, refreshed.access_token), 401)
    assert.equal((await refresh(app, refreshed.refresh_token)).body.error, 'invalid_grant')
  })

  test('an inactive user is told apart, as the documented answer says', async () => {
    const granted = await obtainCode(app)
    await app.addUser({ id: 'my-user', inactive: true })
    const answer = await redeem(app, granted)
    assert.equal(answer.status, 400)
    assert.deepEqual(answer.body, { error: 'invalid_grant', error_description: 'User is inactive' })
    await app.addUser({ id: 'my-user' })
  })

  test('refusals of strangers, who prove nothing, are recorded once an hour of each kind and network', async () => {
    await app.addClient('public', webapp({ pkce: true, secret_required: false }))
    const count = async () => {
      const { sql } = app.database
      const failures = sql.selectFrom('audit_event').select('id').where('outcome', '=', 'failure')
      // NOTE: refused bearer tokens are written a moment later: those of the tests before may come now.
      return (await app.database.all(failures.where('event', '<>', 'token-check'))).length
    }
    const ask = (parameters: Readonly<Record<string, string>>, address: string) =>
      postToken(app, parameters, { 'x-forwarded-for': address })
    for (const parameters of [
      { ...code, client_id: 'public' },
      { grant_type: 'refresh_token', client_id: 'public', refresh_token: 'x' },
      { ...code, client_id: 'never-heard-of' },
      { ...code, client_id: 'mywebapp' },
    ]) {
      const before = await count()
      for (let request = 0; request < 5; request += 1) await ask(parameters, '192.0.2.77')
      assert.equal((await count()) - before, 1, JSON.stringify(parameters))
      await ask(parameters, '198.51.100.7')
      assert.equal((await count()) - before, 2, 'of another network')
      app.clock.advance(3600_000)
      await ask(parameters, '192.0.2.77')
      assert.equal((await count()) - before, 3, 'an hour later')
    }
  })
})
