import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { JSONWebKeySet } from 'jose'
import { createLocalJWKSet, jwtVerify } from 'jose'
import {
  answerOf,
  authorizePath,
  basic,
  MYWEBAPP,
  obtainCode,
  postToken,
  redeem,
  SECRET,
  signedInBrowser,
  statusOf,
  webapp,
} from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

describe('the code flow', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user', userName: 'my-user', email: 'me@example.org', data: { a: 1 } })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
  })

  test('ends at exactly the registered redirect URI with code, state and iss', async () => {
    const browser = await signedInBrowser(app)
    const { status, location = '', headers } = await browser.send(authorizePath({ state: 'a1-_.~b' }))
    assert.equal(status, 303)
    assert.match(
      location,
      /^http:\/\/localhost:3001\?code=[A-Za-z0-9_-]{43}&state=a1-_\.~b&iss=http%3A%2F%2Flocalhost%3A8080$/,
    )
    assert.equal(headers.get('cache-control'), 'no-store')
  })

  test('gives a JWT of 360 s that a third party verifies, a refresh token and the user', async () => {
    const code = await obtainCode(app, { scope: 'openid profile' })
    const { status, body, headers } = await redeem(app, code)
    assert.equal(status, 200)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.equal(headers.get('pragma'), 'no-cache')
    assert.equal(body.token_type, 'Bearer')
    assert.equal(body.expires_in, 360)
    assert.equal(body.scope, 'openid profile')
    assert.match(String(body.refresh_token), /^[A-Za-z0-9_-]{43}$/)
    const jwks = await app.fetch(new Request(`${app.url}/.well-known/jwks.json`))
    const keys = (await jwks.json()) as JSONWebKeySet
    const verified = await jwtVerify(String(body.access_token), createLocalJWKSet(keys), {
      issuer: app.url,
      currentDate: app.clock.now(),
    })
    assert.deepEqual(verified.protectedHeader.typ, 'JWT')
    const { exp = 0, iat = 0, jti, ...claims } = verified.payload
    assert.equal(exp - iat, 360)
    assert.equal(typeof jti, 'string')
    assert.deepEqual(claims, {
      iss: app.url,
      sub: 'my-user',
      client_id: 'mywebapp',
      scope: 'openid profile',
      auth_time: iat,
      acr: 'aal1',
      amr: ['pwd'],
    })
    assert.deepEqual(body.userinfo, {
      userName: 'my-user',
      email: 'me@example.org',
      data: { a: 1 },
      id: 'my-user',
      resourceType: 'User',
      sub: 'my-user',
      meta: {
        lastUpdated: '1970-01-01T00:00:00.000000Z',
        createdAt: '1970-01-01T00:00:00.000000Z',
        versionId: '1',
      },
    })
    assert.equal(await statusOf(app, body.access_token), 200)
  })

  test('gives opaque tokens where no format is set, for an hour where no lifetime is set', async () => {
    await app.addClient('mywebapp', webapp({ refresh_token: false }), SECRET)
    const { body } = await redeem(app, await obtainCode(app))
    assert.match(String(body.access_token), /^[A-Za-z0-9_-]{43}$/)
    assert.equal(body.expires_in, 3600)
    assert.equal('refresh_token' in body, false)
    assert.equal('scope' in body, false)
    app.clock.advance(3600_000 - 1)
    assert.equal(await statusOf(app, body.access_token), 200)
    app.clock.advance(1)
    assert.equal(await statusOf(app, body.access_token), 401)
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
  })

  test('stores no code and no token, only hashes', async () => {
    const code = await obtainCode(app)
    const { body } = await redeem(app, code)
    const rows = JSON.stringify([
      await app.database.all(app.database.sql.selectFrom('session').selectAll()),
      await app.database.all(app.database.sql.selectFrom('audit_event').selectAll()),
    ])
    for (const secret of [code, body.access_token, body.refresh_token, SECRET])
      assert.equal(rows.includes(String(secret)), false)
  })

  test('takes JSON, and Basic credentials form-encoded or as they are', async () => {
    const oddSecret = 'p+q%20r:s ü/'
    await app.addClient('odd-client.1', MYWEBAPP, oddSecret)
    const code = () => obtainCode(app, { client_id: 'odd-client.1' })
    const encoded = new URLSearchParams([[oddSecret, '']]).toString().slice(0, -1)
    for (const secret of [encoded, oddSecret]) {
      const form = { grant_type: 'authorization_code', code: await code() }
      assert.equal((await postToken(app, form, basic('odd-client.1', secret))).status, 200)
    }
    const json = {
      grant_type: 'authorization_code',
      client_id: 'odd-client.1',
      client_secret: oddSecret,
      code: await code(),
      redirect_uri: '',
    }
    const answer = await postToken(app, JSON.stringify(json), { 'content-type': 'application/json' })
    assert.equal(answer.status, 200)
  })

  test('sends a person who is not signed in to the sign-in page, and back with a code', async () => {
    const browser = app.person()
    const begun = await browser.send(authorizePath({ state: 's' }))
    const request = /^\/auth\/login\?request=(v1\.[\w-]+)$/.exec(begun.location ?? '')?.[1]
    assert.ok(request)
    app.clock.advance(1000)
    browser.cookies.set('ASID', (await app.signIn('my-user')).cookie)
    const thief = await signedInBrowser(app)
    assert.equal((await thief.send(`/auth/authorize/continue?request=${request}`)).status, 410)
    const done = await browser.send(`/auth/authorize/continue?request=${request}`)
    assert.equal(answerOf(done.location).get('state'), 's')
    browser.cookies.delete('ASID')
    const again = await browser.send(`/auth/authorize/continue?request=${request}`)
    assert.match(again.location ?? '', /^\/auth\/login/, 'it is worth nothing without the sign-in')
  })

  test('writes nothing for who is not signed in, and takes a state of four kilobytes', async () => {
    const browser = app.person()
    const before = await sessionCount(app)
    const state = 'ä&'.repeat(700) + 'x'.repeat(2600)
    const login = await browser.visit(authorizePath({ state }))
    assert.equal(login.status, 200)
    assert.ok(login.url.length < 8192, `${login.url.length} characters`)
    assert.equal(await sessionCount(app), before)
    browser.cookies.set('ASID', (await app.signIn('my-user')).cookie)
    const done = await browser.send(login.url.replace('/auth/login', '/auth/authorize/continue'))
    assert.equal(answerOf(done.location).get('state'), state)
  })

  test('tells the client when the parameters together are too long to be carried', async () => {
    const long = { state: 's'.repeat(4096), nonce: 'n'.repeat(4096), login_hint: 'h'.repeat(4096) }
    const answer = answerOf((await app.person().send(authorizePath(long))).location)
    assert.deepEqual([answer.get('error'), answer.get('state')], ['invalid_request', long.state])
  })

  test('tells the client at once of a nonce that no code could keep, before anybody signs in for it', async () => {
    for (const browser of [app.person(), await signedInBrowser(app)])
      for (const nonce of ['[\\u0000', '{\\ud800}']) {
        const answer = answerOf((await browser.send(authorizePath({ nonce, state: 's' }))).location)
        assert.deepEqual([answer.get('error'), answer.get('state')], ['invalid_request', 's'])
        assert.doesNotMatch(answer.get('error_description') ?? '', /["\\]/, 'RFC 6749 §4.1.2.1')
      }
    for (const nonce of ['["ä\\n"]', 'C:\\users\\u0000']) {
      const code = await obtainCode(app, { nonce })
      assert.equal((await redeem(app, code)).status, 200, nonce)
    }
  })

  test('forgets a request after ten minutes', async () => {
    const browser = app.person()
    const { location = '' } = await browser.send(authorizePath({}))
    app.clock.advance(10 * 60_000)
    browser.cookies.set('ASID', (await app.signIn('my-user')).cookie)
    assert.equal(
      (await browser.send(location.replace('/auth/login', '/auth/authorize/continue'))).status,
      410,
    )
  })

  test('a code that was issued while its session ended gives nothing', async () => {
    const code = await obtainCode(app)
    const end = app.database.sql.updateTable('session').set({ ended_at: app.clock.now().getTime() })
    await app.database.transact([app.database.step(end.where('type', '=', 'browser'))])
    assert.equal((await redeem(app, code)).body.error, 'invalid_grant')
  })

  test('prompt=none answers login_required or a code, never a page', async () => {
    const stranger = app.person()
    const refused = answerOf((await stranger.send(authorizePath({ prompt: 'none', state: 'x' }))).location)
    assert.equal(refused.get('error'), 'login_required')
    assert.equal(refused.get('state'), 'x')
    assert.equal(refused.get('iss'), app.url)
    const known = await signedInBrowser(app)
    assert.ok(answerOf((await known.send(authorizePath({ prompt: 'none' }))).location).has('code'))
  })

  test('prompt=login, select_account and max_age want a sign-in that came after the request', async () => {
    const prompts = [{ prompt: 'login' }, { prompt: 'select_account' }]
    for (const parameters of [...prompts, { max_age: '0' }, { max_age: '60' }]) {
      const browser = await signedInBrowser(app)
      app.clock.advance(61_000)
      const { location = '' } = await browser.send(authorizePath(parameters))
      assert.match(location, /^\/auth\/login\?request=/)
      const next = location.replace('/auth/login', '/auth/authorize/continue')
      assert.equal((await browser.send(next)).location, location, 'the old sign-in does not do')
      browser.cookies.set('ASID', (await app.signIn('my-user')).cookie)
      assert.ok(answerOf((await browser.send(next)).location).has('code'))
    }
    const recent = await signedInBrowser(app)
    assert.ok(answerOf((await recent.send(authorizePath({ max_age: '60' }))).location).has('code'))
  })

  test('takes the request as a form by way of a redirect, and changes nothing at HEAD', async () => {
    const browser = await signedInBrowser(app)
    const posted = await browser.send('/auth/authorize', {
      method: 'POST',
      body: 'client_id=mywebapp&response_type=code&state=a+b%26',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    const { location } = await browser.send(posted.location ?? '')
    assert.equal(answerOf(location).get('state'), 'a b&')
    const before = await sessionCount(app)
    const head = await browser.send(authorizePath({}), { method: 'HEAD' })
    assert.deepEqual([head.status, head.location], [200, undefined])
    const looked = authorizePath({}).replace('/authorize', '/login')
    assert.equal((await browser.send(looked, { method: 'HEAD' })).location, undefined)
    const asked = await browser.send(authorizePath({ prompt: 'login' }))
    const next = asked.location?.replace('/auth/login', '/auth/authorize/continue') ?? ''
    browser.cookies.set('ASID', (await app.signIn('my-user')).cookie)
    const nothing = await browser.send(next, { method: 'HEAD' })
    assert.deepEqual([nothing.status, nothing.location], [200, undefined])
    assert.equal(await sessionCount(app), before + 1, 'the new sign-in')
  })
})

const sessionCount = async (app: StoredApp): Promise<number> =>
  (await app.database.all(app.database.sql.selectFrom('session').select('id'))).length
