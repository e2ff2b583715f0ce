import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  basic,
  MYWEBAPP,
  obtainCode,
  redeem,
  refresh,
  SECRET,
  statusOf,
  webapp,
} from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

describe('RFC 7009, Token Revocation', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    await app.addClient('other', webapp({}), SECRET)
    await app.addClient('public', webapp({ pkce: true, secret_required: false }))
  })

  const revoke = async (
    parameters: Readonly<Record<string, string>> | string,
    headers: Readonly<Record<string, string>> = basic('mywebapp', SECRET),
  ) => {
    const response = await app.fetch(
      new Request(`${app.url}/auth/revoke`, {
        method: 'POST',
        body: typeof parameters === 'string' ? parameters : new URLSearchParams(parameters),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
    )
    return { status: response.status, headers: response.headers, text: await response.text() }
  }
  const tokens = async () => (await redeem(app, await obtainCode(app))).body
  const audits = async (reason: string | null) =>
    (
      await app.database.all(
        app.database.sql
          .selectFrom('audit_event')
          .select('reason')
          .where('event', '=', 'token-revoke')
          .where('reason', reason === null ? 'is' : '=', reason),
      )
    ).length

  test('§2.1 "the refresh token ... the authorization server SHOULD also invalidate all access tokens based on the same authorization grant"', async () => {
    const first = await tokens()
    const second = (await refresh(app, first.refresh_token)).body
    const { status } = await revoke({ token: String(second.refresh_token), token_type_hint: 'refresh_token' })
    assert.equal(status, 200)
    assert.equal(await statusOf(app, second.access_token), 401)
    assert.equal((await refresh(app, second.refresh_token)).body.error, 'invalid_grant')
    assert.equal(await audits(null), 1)
  })

  test('§2.1: a refresh token that was replaced ends its family too: its client may not have got the next one', async () => {
    const first = await tokens()
    const second = (await refresh(app, first.refresh_token)).body
    assert.equal((await revoke({ token: String(first.refresh_token) })).status, 200)
    assert.equal(await statusOf(app, second.access_token), 401)
    assert.equal((await refresh(app, second.refresh_token)).body.error, 'invalid_grant')
  })

  test('an access token is ended alone; its refresh token goes on', async () => {
    const { access_token, refresh_token } = await tokens()
    assert.equal((await revoke({ token: String(access_token), token_type_hint: 'nonsense' })).status, 200)
    assert.equal(await statusOf(app, access_token), 401)
    const next = await refresh(app, refresh_token)
    assert.equal(next.status, 200)
    assert.equal(await statusOf(app, next.body.access_token), 200)
  })

  test('§2.2 "invalid tokens do not cause an error response"', async () => {
    for (const token of ['unknown', 'x'.repeat(5000)]) assert.equal((await revoke({ token })).status, 200)
    const { refresh_token } = await tokens()
    for (let times = 0; times < 2; times += 1)
      assert.equal((await revoke({ token: String(refresh_token) })).status, 200)
  })

  test('§2.1 "verifies whether the token was issued to the client": another one’s token is left as it is, and recorded', async () => {
    const { access_token, refresh_token } = await tokens()
    for (const token of [access_token, refresh_token])
      assert.equal((await revoke({ token: String(token) }, basic('other', SECRET))).status, 200)
    assert.equal(await statusOf(app, access_token), 200)
    assert.equal((await refresh(app, refresh_token)).status, 200)
    assert.equal(await audits('other-client'), 2)
  })

  test('§2.1 a confidential client proves who it is, a public client shows its id', async () => {
    const { access_token } = await tokens()
    const token = String(access_token)
    for (const [parameters, headers] of [
      [{ token }, {}],
      [{ token, client_id: 'mywebapp' }, {}],
      [{ token }, basic('mywebapp', 'wrong')],
    ] as const)
      assert.equal((await revoke(parameters, headers)).status, 401)
    assert.equal(await statusOf(app, access_token), 200)

    const code = await obtainCode(app, {
      client_id: 'public',
      code_challenge: CHALLENGE,
      code_challenge_method: 'S256',
    })
    const issued = await redeem(app, code, {
      client_id: 'public',
      client_secret: '',
      code_verifier: VERIFIER,
    })
    assert.equal(issued.status, 200)
    const ended = await revoke({ token: String(issued.body.access_token), client_id: 'public' }, {})
    assert.equal(ended.status, 200)
    assert.equal(await statusOf(app, issued.body.access_token), 401)
  })

  test('what is malformed is refused by its name; neither GET nor JSONP nor the URL works', async () => {
    assert.match((await revoke({})).text, /token: is missing/)
    assert.equal((await revoke('token=a&token=b')).status, 400)
    for (const [method, path, status] of [
      ['GET', '/auth/revoke?token=x&callback=f', 405],
      ['POST', '/auth/revoke?token=x', 400],
    ] as const) {
      const response = await app.fetch(
        new Request(`${app.url}${path}`, { method, headers: basic('mywebapp', SECRET) }),
      )
      assert.equal(response.status, status)
    }
  })

  test('§2.3 scripts of other origins may call it; they bring no cookie', async () => {
    const { headers } = await revoke(
      { token: 'x' },
      { ...basic('mywebapp', SECRET), origin: 'https://spa.example' },
    )
    assert.equal(headers.get('access-control-allow-credentials'), null)
  })
})
