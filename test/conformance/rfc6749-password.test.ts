// RFC 6749 §4.3: the password grant, with the second factor that the page asks for.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import { postToken, refresh, SECRET, statusOf } from '../support/oauth-client.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

const native = (settings: JsonObject = {}, attributes: JsonObject = {}): JsonObject => ({
  grant_types: ['password'],
  auth: { password: { refresh_token: true, ...settings } },
  ...attributes,
})

const claimsOf = (jwt: unknown): JsonObject =>
  JSON.parse(Buffer.from(String(jwt).split('.')[1] ?? '', 'base64url').toString()) as JsonObject

describe('RFC 6749 §4.3: the password grant', () => {
  let app: SignInApp
  const ask = (
    parameters: Readonly<Record<string, string>>,
    client = 'native',
    headers: Readonly<Record<string, string>> = {},
  ) =>
    postToken(
      app,
      { grant_type: 'password', client_id: client, client_secret: SECRET, ...parameters },
      headers,
    )
  const as = (username: string, more: Readonly<Record<string, string>> = {}, client?: string) =>
    ask({ username, password: PASSWORD, ...more }, client)
  before(async () => {
    app = await startSignInApp()
    await app.addClient('native', native(), SECRET)
    await app.addClient('other', native(), SECRET)
    await app.addClient(
      'jwt',
      native({ token_format: 'jwt', audience: ['https://a.test'] }, { scope: ['a', 'b'] }),
      SECRET,
    )
    await app.addClient('oidc', native({ token_format: 'jwt' }, { scope: ['openid'] }), SECRET)
    await app.addClient('public', native())
    await app.addClient('unlisted', { grant_types: ['code'] }, SECRET)
    const auth = { password: { secret_required: true }, authorization_code: { secret_required: false } }
    await app.addClient('strict', native({}, { auth }), SECRET)
    await app.addUser({ id: 'ann', email: 'ann@example.org' })
    for (const id of ['tom', 'two', 'tim', 'ted']) {
      await app.addUser({ id })
      await app.enableTotp(id)
    }
  })

  test('§4.3.3: the right password is a token of that user, with userinfo and what the client is set to', async () => {
    const { status, body } = await as('ann@example.org')
    assert.equal(status, 200)
    assert.deepEqual(
      [body.token_type, body.expires_in, typeof body.refresh_token],
      ['Bearer', 3600, 'string'],
    )
    assert.equal((body.userinfo as JsonObject).id, 'ann')
    assert.equal(await statusOf(app, body.access_token), 200)
    const jwt = (await as('ann', { scope: 'a x' }, 'jwt')).body
    const { sub, aud, scope, client_id } = claimsOf(jwt.access_token)
    assert.deepEqual([sub, aud, scope, client_id, jwt.scope], ['ann', 'https://a.test', 'a', 'jwt', 'a'])
  })

  test('§6: its refresh token rotates, and ends the family when it comes again', async () => {
    const first = (await as('ann')).body
    const credentials = { client_id: 'native', client_secret: SECRET }
    const next = (await refresh(app, first.refresh_token, credentials)).body
    assert.equal(await statusOf(app, first.access_token), 401)
    assert.equal(await statusOf(app, next.access_token), 200)
    app.clock.advance(11_000)
    assert.equal((await refresh(app, first.refresh_token, credentials)).body.error, 'invalid_grant')
    assert.equal(await statusOf(app, next.access_token), 401)
  })

  test('§5.2: what is wrong is invalid_grant, and says the same of a wrong password and an unknown user', async () => {
    const texts = new Set<string>()
    for (const parameters of [
      { username: 'ann', password: 'wrong' },
      { username: 'nobody', password: PASSWORD },
      { username: '__proto__', password: PASSWORD },
      { username: 'ann', password: `${PASSWORD} ` },
    ]) {
      const { status, body } = await ask(parameters)
      assert.deepEqual([status, body.error], [400, 'invalid_grant'])
      texts.add(JSON.stringify(body))
    }
    assert.equal(texts.size, 1)
    await app.addUser({ id: 'gone', inactive: true })
    assert.deepEqual((await as('gone')).body, {
      error: 'invalid_grant',
      error_description: 'User is inactive',
    })
  })

  test('§4.3.2: a missing parameter is named, and the client must be right and list the grant', async () => {
    for (const [parameters, name] of [
      [{ password: PASSWORD }, 'username'],
      [{ username: 'ann' }, 'password'],
      [{ mfa_token: 'x' }, 'totp'],
      [{ username: 'ann', password: PASSWORD, totp: '1', token: '2' }, 'totp'],
    ] as const) {
      const { status, body } = await ask(parameters as Record<string, string>)
      assert.deepEqual([status, body.error], [400, 'invalid_request'])
      assert.match(String(body.error_description), new RegExp(name))
    }
    assert.equal((await as('ann', { scope: 'x' }, 'jwt')).body.error, 'invalid_scope')
    assert.equal((await as('ann', { client_secret: 'wrong' })).body.error, 'invalid_client')
    assert.equal((await as('ann', {}, 'unlisted')).body.error, 'unauthorized_client')
    const open = { grant_type: 'password', username: 'ann', password: PASSWORD }
    assert.equal((await postToken(app, { ...open, client_id: 'native' })).body.error, 'invalid_client')
    assert.equal((await postToken(app, { ...open, client_id: 'strict' })).body.error, 'invalid_client')
    assert.equal((await postToken(app, { ...open, client_id: 'public' })).status, 200)
  })

  test('a user with a second factor gets no token for the password, but is asked for a code', async () => {
    const { status, body } = await as('tom')
    assert.equal(status, 400)
    const { mfa_token, ...rest } = body
    assert.deepEqual(rest, {
      error: 'invalid_grant',
      error_description: 'Two-factor authentication token is required',
      mfa_required: true,
      methods: ['totp'],
    })
    const other = await ask({ mfa_token: String(mfa_token), totp: app.code(), username: 'ann' })
    assert.deepEqual([other.status, other.body.error], [400, 'invalid_grant'])
    const done = await ask({ mfa_token: String(mfa_token), totp: app.code(), username: 'tom' })
    assert.equal(done.status, 200)
    assert.equal((done.body.userinfo as JsonObject).id, 'tom')
    app.clock.advance(60_000)
    const again = await ask({ mfa_token: String(mfa_token), totp: app.code() })
    assert.equal(again.body.error, 'invalid_grant', 'once')
    assert.equal('mfa_token' in again.body, false)
  })

  test('the code may come with the password, as totp or token, and works once in all', async () => {
    app.clock.advance(60_000)
    assert.equal((await as('tom', { totp: app.code() })).status, 200)
    const reused = await as('tom', { totp: app.code() })
    assert.deepEqual(
      [reused.status, reused.body.error, reused.body.mfa_required],
      [400, 'invalid_grant', true],
    )
    app.clock.advance(60_000)
    assert.equal((await as('tom', { token: app.code() })).status, 200)
    app.clock.advance(60_000)
    const answers = await Promise.all(Array.from({ length: 8 }, () => as('tom', { totp: app.code() })))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  })

  test('RFC 9068 §2.2.1, RFC 8176: a JWT says when and how somebody signed in', async () => {
    const at = app.clock.now().getTime() / 1000
    for (const [id, more, acr, amr] of [
      ['ann', {}, 'aal1', ['pwd']],
      ['tim', { totp: app.code() }, 'aal2', ['pwd', 'otp', 'mfa']],
    ] as const) {
      const { access_token, id_token } = (await as(id, { scope: 'openid', ...more }, 'oidc')).body
      for (const claims of [claimsOf(access_token), claimsOf(id_token)])
        assert.deepEqual([claims.auth_time, claims.acr, claims.amr, claims.sub], [at, acr, amr, id])
    }
  })

  test('an mfa_token is bound to its client, lives five minutes and dies of five wrong codes', async () => {
    app.clock.advance(3600_000)
    const tokenOf = async () => String((await as('two')).body.mfa_token)
    const theirs = await tokenOf()
    assert.equal((await ask({ mfa_token: theirs, totp: app.code() }, 'other')).body.mfa_required, undefined)
    assert.equal((await ask({ mfa_token: `${theirs}x`, totp: app.code() })).body.error, 'invalid_grant')
    app.clock.advance(301_000)
    assert.equal((await ask({ mfa_token: theirs, totp: app.code() })).body.error, 'invalid_grant')
    const mine = await tokenOf()
    for (let wrong = 0; wrong < 4; wrong++)
      assert.equal((await ask({ mfa_token: mine, totp: app.wrongCode() })).body.mfa_required, true)
    assert.equal((await ask({ mfa_token: mine, totp: app.wrongCode() })).body.mfa_required, undefined)
    assert.notEqual((await ask({ mfa_token: mine, totp: app.code() })).status, 200)
  })

  test('what a browser carries of a sign-in is no mfa_token', async () => {
    const person = app.person()
    await app.logIn(person, 'tim')
    for (const value of person.cookies.values())
      assert.equal((await ask({ mfa_token: value, totp: app.code() })).status, 400)
  })

  test('wrong passwords count for the page and the grant together, and then nobody is told what is right', async () => {
    for (let wrong = 0; wrong < 5; wrong++) await ask({ username: 'ann', password: 'wrong' })
    const blocked = await as('ann')
    assert.equal(blocked.status, 429)
    assert.ok(Number(blocked.headers.get('retry-after')) > 0)
    const page = await app.logIn(app.person('198.51.100.7'), 'ann')
    assert.equal(page.status, 429)
  })

  test('wrong codes count for the account, however they come', async () => {
    for (let wrong = 0; wrong < 5; wrong++) await as('ted', { totp: app.wrongCode() })
    const blocked = await as('ted', { totp: app.code() })
    assert.equal(blocked.status, 429)
    assert.equal(blocked.body.access_token, undefined)
  })

  test('tokens are ended with their user, JWTs too', async () => {
    app.clock.advance(3600_000)
    const { body } = await as('ann', {}, 'jwt')
    await app.rest('PATCH', '/User/ann', { inactive: true })
    assert.equal(await statusOf(app, body.access_token), 401)
    const refreshed = await refresh(app, body.refresh_token, { client_id: 'jwt', client_secret: SECRET })
    assert.equal(refreshed.status, 400)
  })

  test('every answer is in the audit log', async () => {
    const rows = new Set(await app.audit())
    for (const row of [
      'token-issue success ann',
      'token-issue success tom',
      'password-check failure wrong-password ann',
      'password-check failure unknown-user',
      'password-check failure inactive gone',
      'second-factor-check failure reused tom',
      'second-factor-check failure wrong two',
      'token-issue failure attempt-over',
      'token-issue failure wider-scope',
    ])
      assert.ok(rows.has(row), row)
  })
})
