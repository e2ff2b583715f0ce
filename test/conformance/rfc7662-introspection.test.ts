import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  basic,
  MYWEBAPP,
  obtainCode,
  redeem,
  refresh,
  SECRET,
  userinfo,
  webapp,
} from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

describe('RFC 7662, Token Introspection', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user', userName: 'me' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    await app.addClient('opaque', webapp({ audience: ['api'] }), SECRET)
    await app.addClient('other', webapp({}), SECRET)
    await app.addClient('api', webapp({}), SECRET)
    await app.addClient('resource-server', { grant_types: ['basic'] }, SECRET)
    await app.addClient('public', webapp({ pkce: true }))
  })

  const ask = async (
    parameters: Readonly<Record<string, string>> | string,
    as = 'mywebapp',
    headers: Readonly<Record<string, string>> = basic(as, SECRET),
  ) => {
    const response = await app.fetch(
      new Request(`${app.url}/auth/introspect`, {
        method: 'POST',
        body: typeof parameters === 'string' ? parameters : new URLSearchParams(parameters),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
    )
    const body = (await response.json()) as Record<string, unknown>
    return { status: response.status, headers: response.headers, body }
  }
  const tokens = async (clientId = 'mywebapp') =>
    (
      await redeem(app, await obtainCode(app, { client_id: clientId, scope: 'openid' }), {
        client_id: clientId,
      })
    ).body
  const isActive = async (token: unknown, as?: string) =>
    (await ask({ token: String(token) }, as)).body.active

  test('§2.2 "active REQUIRED. Boolean", with what there is to tell, and never kept by a cache', async () => {
    const { access_token } = await tokens()
    const { status, headers, body } = await ask({ token: String(access_token) })
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'no-store')
    const { exp, iat, auth_time, jti, ...rest } = body
    assert.equal(Number(exp) - Number(iat), 360)
    assert.equal(typeof auth_time, 'number')
    assert.match(String(jti), /^[0-9a-f]{32}$/)
    assert.deepEqual(rest, {
      active: true,
      scope: 'openid',
      client_id: 'mywebapp',
      username: 'me',
      token_type: 'Bearer',
      sub: 'my-user',
      iss: app.url,
      acr: 'aal1',
      amr: ['pwd'],
    })
  })

  test('§2.2 "scope" is of the token, also where a refresh asked for less than was granted', async () => {
    const granted = await redeem(app, await obtainCode(app, { scope: 'openid email' }))
    const { body } = await refresh(app, granted.body.refresh_token, { scope: 'email' })
    assert.equal((await ask({ token: String(body.access_token) })).body.scope, 'email')
    assert.equal((await ask({ token: String(body.refresh_token) })).body.scope, 'openid email')
  })

  test('§4: nothing of a user or a client that is switched off is active, here or at userinfo', async () => {
    const { access_token } = await tokens('opaque')
    const statuses = async () => [
      await isActive(access_token, 'resource-server'),
      (await userinfo(app, { authorization: `Bearer ${access_token}` })).status,
    ]
    await app.addUser({ id: 'my-user', userName: 'me', inactive: true })
    assert.deepEqual(await statuses(), [false, 401])
    await app.addUser({ id: 'my-user', userName: 'me' })
    assert.deepEqual(await statuses(), [true, 200])
    await app.addClient('opaque', webapp({ audience: ['api'] }, { active: false }), SECRET)
    assert.deepEqual(await statuses(), [false, 401])
    await app.addClient('opaque', webapp({ audience: ['api'] }), SECRET)
  })

  test('a refresh token is one as well, whatever the hint says, and has no token_type', async () => {
    const { refresh_token } = await tokens()
    for (const hint of [
      {},
      { token_type_hint: 'access_token' },
      { token_type_hint: 'refresh_token' },
      { token_type_hint: 'x' },
    ]) {
      const { body } = await ask({ token: String(refresh_token), ...hint })
      assert.equal(body.active, true)
      assert.equal('token_type' in body, false)
    }
  })

  test('§2.2 "the authorization server MUST return ... active false" and SHOULD NOT say why: unknown, expired, refreshed, ended', async () => {
    const { access_token, refresh_token } = await tokens()
    const inactive = async (token: unknown) => {
      const { status, body } = await ask({ token: String(token) })
      assert.deepEqual([status, body], [200, { active: false }])
    }
    await inactive('unknown')
    await inactive('x'.repeat(10_000))
    await inactive("'; drop table session; --")
    await refresh(app, refresh_token)
    await inactive(refresh_token)
    await inactive(access_token)
    const later = await tokens()
    app.clock.advance(361_000)
    await inactive(later.access_token)
    assert.equal(await isActive(later.refresh_token), true)
  })

  test('§4 a token of another application is not told of, but to its audience and to resource servers', async () => {
    const { access_token } = await tokens('opaque')
    assert.equal(await isActive(access_token, 'opaque'), true)
    assert.equal(await isActive(access_token, 'other'), false)
    assert.equal(await isActive(access_token, 'api'), true)
    assert.equal(await isActive(access_token, 'resource-server'), true)
    assert.equal((await ask({ token: String(access_token) }, 'api')).body.aud, 'api')
  })

  test('§2.1 "the endpoint MUST also require some form of authorization": no client, a wrong secret, a public client', async () => {
    const { access_token } = await tokens()
    const token = String(access_token)
    for (const [parameters, headers] of [
      [{ token }, {}],
      [{ token }, basic('mywebapp', 'wrong')],
      [{ token, client_id: 'public' }, {}],
      [{ token, client_id: 'mywebapp' }, {}],
      [{ token }, { authorization: `Bearer ${token}` }],
    ] as const) {
      const { status, body } = await ask(parameters, '', headers)
      assert.deepEqual([status, body.error], [401, 'invalid_client'])
    }
  })

  test('what is malformed is refused by its name, in the body alone', async () => {
    const { status, body } = await ask({})
    assert.deepEqual([status, body.error], [400, 'invalid_request'])
    assert.match(String(body.error_description), /token/)
    assert.equal((await ask('token=a&token=b')).status, 400)
    const inUrl = await app.fetch(
      new Request(`${app.url}/auth/introspect?token=x`, {
        method: 'POST',
        headers: basic('mywebapp', SECRET),
      }),
    )
    assert.equal(inUrl.status, 400)
    const json = await ask('{"token":"x"}', 'mywebapp', {
      ...basic('mywebapp', SECRET),
      'content-type': 'application/json',
    })
    assert.equal(json.status, 415)
    const get = await app.fetch(new Request(`${app.url}/auth/introspect`))
    assert.equal(get.status, 405)
  })

  test('who became inactive has no active tokens', async () => {
    const browserTokens = await tokens()
    assert.equal(await isActive(browserTokens.access_token), true)
    assert.equal((await app.rest('PATCH', '/User/my-user', { inactive: true })).status, 200)
    assert.equal(await isActive(browserTokens.access_token), false)
    assert.equal(await isActive(browserTokens.refresh_token), false)
    assert.equal((await userinfo(app, { authorization: `Bearer ${browserTokens.access_token}` })).status, 401)
    assert.equal((await app.rest('PATCH', '/User/my-user', { inactive: false })).status, 200)
  })
})
