// RFC 6750 as /auth/userinfo keeps it.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { basic, MYWEBAPP, obtainCode, redeem, SECRET, userinfo, webapp } from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

describe('RFC 6750: bearer tokens', () => {
  let app: StoredApp
  let token: string
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user', email: 'me@example.org' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    token = String((await redeem(app, await obtainCode(app))).body.access_token)
  })
  const post = (body: string, headers: Record<string, string> = {}) =>
    app.fetch(
      new Request(`${app.url}/auth/userinfo`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
    )

  test('§2.1, §2.2: taken from the header, in any case, or from a form', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER']) {
      const response = await userinfo(app, { authorization: `${scheme} ${token}` })
      assert.equal(response.status, 200)
      assert.equal(response.headers.get('cache-control'), 'no-store')
      const body = (await response.json()) as Record<string, unknown>
      assert.deepEqual(
        [body.sub, body.id, body.resourceType, body.email],
        ['my-user', 'my-user', 'User', 'me@example.org'],
      )
    }
    assert.equal((await post(`access_token=${token}`)).status, 200)
    assert.equal((await post('', { authorization: `Bearer ${token}` })).status, 200)
  })

  test('§2: "Clients MUST NOT use more than one method to transmit the token"', async () => {
    const twice = await post(`access_token=${token}`, { authorization: `Bearer ${token}` })
    assert.equal(twice.status, 400)
    assert.match(await twice.text(), /invalid_request/)
    assert.match(twice.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_request"/)
  })

  test('§3: a form that cannot be read has the challenge too', async () => {
    for (const body of [`access_token=${token}&access_token=${token}`, 'access_token=%zz']) {
      const unreadable = await post(body)
      assert.equal(unreadable.status, 400, body)
      assert.match(
        unreadable.headers.get('www-authenticate') ?? '',
        /^Bearer .*error="invalid_request", error_description="access_token: /,
      )
    }
  })

  test('§3.1: a token that does not reach to a resource is told so, and who showed none is not', async () => {
    const read = (headers: Record<string, string>) =>
      app.fetch(new Request(`${app.url}/User/my-user`, { headers }))
    const refused = await read({ authorization: `bearer ${token}` })
    assert.equal(refused.status, 403)
    assert.equal(
      refused.headers.get('www-authenticate'),
      'Bearer realm="Countersign", error="insufficient_scope"',
    )
    const byBasic = await read(basic('mywebapp', SECRET))
    assert.doesNotMatch(byBasic.headers.get('www-authenticate') ?? '', /insufficient_scope/)
  })

  test('§2.3: the query is no place for a token', async () => {
    const url = `${app.url}/auth/userinfo?access_token=${token}`
    const response = await app.fetch(new Request(url, { headers: { authorization: `Bearer ${token}` } }))
    assert.equal(response.status, 400)
    assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_request"/)
    assert.equal((await response.text()).includes(token), false)
  })

  test('§3: without credentials a challenge "SHOULD NOT include an error code"', async () => {
    for (const headers of [{}, basic('mywebapp', SECRET), { cookie: 'ASID=unknown' }]) {
      const response = await userinfo(app, headers)
      assert.equal(response.status, 401)
      assert.equal(response.headers.get('www-authenticate'), 'Bearer realm="Countersign"')
    }
  })

  test('§3.1: an expired, revoked, malformed or invalid token is invalid_token and 401', async () => {
    const [head, body = '', signature] = token.split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url')
    const { cookie } = await app.signIn('my-user')
    const { refresh_token } = (await redeem(app, await obtainCode(app))).body
    for (const wrong of [
      'x',
      '',
      'a b',
      cookie,
      String(refresh_token),
      `${token}A`,
      `${head}.${forged}.${signature}`,
    ]) {
      const response = await userinfo(app, { authorization: `Bearer ${wrong}` })
      assert.equal(response.status, 401, wrong)
      assert.match(response.headers.get('www-authenticate') ?? '', /^Bearer .*error="invalid_token"/)
    }
  })

  test('a session cookie shows its user, an access token in its place does not', async () => {
    const { cookie, sessionId } = await app.signIn('my-user')
    assert.equal((await userinfo(app, { cookie: `ASID=${cookie}` })).status, 200)
    assert.equal((await userinfo(app, { cookie: `ASID=${token}` })).status, 401)
    await app.database.transact(app.stores.sessions.endSteps(sessionId, 'sign-out', app.clock.now()))
    assert.equal((await userinfo(app, { cookie: `ASID=${cookie}` })).status, 401)
  })

  test('shows whether 2FA is on, and never its secret', async () => {
    const { sql, step, transact } = app.database
    const row = { secret: 'v1.secret', algorithm: 'SHA1', last_step: 0, changed_at: 0 }
    await transact([
      step(
        sql
          .insertInto('totp_credential')
          .values({ user_id: 'my-user', is_enabled: 1, transport: 'sms', ...row }),
      ),
    ])
    const text = await (await userinfo(app, { authorization: `Bearer ${token}` })).text()
    assert.deepEqual((JSON.parse(text) as { twoFactor: unknown }).twoFactor, {
      enabled: true,
      transport: 'sms',
    })
    assert.equal(text.includes('secret'), false)
    const issued = (await redeem(app, await obtainCode(app))).body.userinfo as { twoFactor: unknown }
    assert.deepEqual(issued.twoFactor, { enabled: true, transport: 'sms' })
  })

  test('ends with its user, its client and its time', async () => {
    const status = async () => (await userinfo(app, { authorization: `Bearer ${token}` })).status
    await app.addUser({ id: 'my-user', inactive: true })
    assert.equal(await status(), 401)
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', webapp({}, { active: false }), SECRET)
    assert.equal(await status(), 401)
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    assert.equal(await status(), 200)
    app.clock.advance(360_000)
    assert.equal(await status(), 401)
  })
})
