import assert from 'node:assert/strict'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'
import type { JSONWebKeySet } from 'jose'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { forEachDatabaseConfig } from '../support/databases.ts'
import {
  authorizePath,
  MYWEBAPP,
  obtainCode,
  redeem,
  refresh,
  SECRET,
  signedInBrowser,
  webapp,
} from '../support/oauth-client.ts'
import type { Person } from '../support/person.ts'
import { listenHttp, portWithoutListener } from '../support/servers.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'

forEachDatabaseConfig('OpenID Connect Back-Channel Logout 1.0', (fresh) => {
  const setUp = async () => {
    const app = await startStoredApp({ config: await fresh() })
    const received: { readonly request: IncomingMessage; readonly body: string }[] = []
    const answers = { status: 200 }
    const port = await listenHttp(async (request, response) => {
      received.push({ request, body: await text(request) })
      response.writeHead(answers.status).end()
    })
    await app.addUser({ id: 'my-user' })
    const uri = `http://127.0.0.1:${port}/logout?tenant=1`
    await app.addClient('mywebapp', { ...MYWEBAPP, backchannel_logout_uri: uri }, SECRET)
    await app.addClient('silent', webapp({}), SECRET)
    const signIn = async (clientId = 'mywebapp', browser?: Person) => {
      const person = browser ?? (await signedInBrowser(app))
      const code = await obtainCode(app, { client_id: clientId, scope: 'openid' }, person)
      const { body } = await redeem(app, code, { client_id: clientId })
      return { browser: person, tokens: body, claims: decodeJwt(String(body.id_token)) }
    }
    const signOut = async (browser: Person) => {
      const page = await browser.visit('/auth/logout')
      assert.equal((await browser.submit(page, {})).status, 303)
    }
    const tokensReceived = () =>
      received.map(({ body }) => new URLSearchParams(body).get('logout_token') ?? '')
    return { app, answers, received, signIn, signOut, tokensReceived, uri }
  }

  test('oidcc-backchannel-logout-discovery-endpoint-verification: it is advertised, with sid in the ID token', async () => {
    const { app, signIn } = await setUp()
    const response = await app.fetch(new Request(`${app.url}/.well-known/openid-configuration`))
    const metadata = (await response.json()) as Record<string, unknown>
    assert.equal(metadata.backchannel_logout_supported, true)
    assert.equal(metadata.backchannel_logout_session_supported, true)
    assert.equal(typeof metadata.end_session_endpoint, 'string')
    assert.equal(typeof (await signIn()).claims.sid, 'string')
  })

  test('oidcc-backchannel-rp-initiated-logout: §2.4 "MUST contain iss, aud, iat, exp, jti, events", sub or sid, and no nonce', async () => {
    const { app, received, signIn, tokensReceived } = await setUp()
    const { browser, tokens, claims } = await signIn()
    await browser.send(`/auth/end-session?id_token_hint=${tokens.id_token}`)
    assert.equal(await app.app.deliverLogouts(), 1)
    const [call] = received
    assert.equal(call?.request.method, 'POST')
    assert.equal(call?.request.url, '/logout?tenant=1')
    assert.equal(call?.request.headers['content-type'], 'application/x-www-form-urlencoded')
    assert.deepEqual([...new URLSearchParams(call?.body).keys()], ['logout_token'])
    const jwks = await app.fetch(new Request(`${app.url}/.well-known/jwks.json`))
    const { payload, protectedHeader } = await jwtVerify(
      tokensReceived()[0] ?? '',
      createLocalJWKSet((await jwks.json()) as JSONWebKeySet),
      {
        issuer: app.url,
        audience: 'mywebapp',
        typ: 'logout+jwt',
        currentDate: app.clock.now(),
        requiredClaims: ['iat', 'exp', 'jti', 'events', 'sub', 'sid'],
      },
    )
    assert.deepEqual(payload.events, { [EVENT]: {} })
    assert.equal(payload.sub, 'my-user')
    assert.equal(payload.sid, claims.sid)
    assert.equal('nonce' in payload, false)
    assert.ok((payload.exp ?? 0) - (payload.iat ?? 0) <= 120)
    assert.equal(protectedHeader.alg, 'RS256')
    assert.equal(await app.app.deliverLogouts(), 0, 'once')
  })

  test('however the session ends: signed out, inactive, another password, deleted, another person in the browser', async () => {
    for (const end of ['sign-out', 'inactive', 'password', 'delete', 'replaced'] as const) {
      const { app, signIn, signOut, tokensReceived } = await setUp()
      const { browser, claims } = await signIn()
      if (end === 'sign-out') await signOut(browser)
      if (end === 'inactive') await app.rest('PATCH', '/User/my-user', { inactive: true })
      if (end === 'password') await app.rest('PATCH', '/User/my-user', { password: 'another password' })
      if (end === 'delete') await app.rest('DELETE', '/User/my-user')
      if (end === 'replaced') {
        await app.rest('PUT', '/User/other', { password: 'password of another' })
        const login = await browser.visit('/auth/login?client_id=mywebapp&response_type=code&prompt=login')
        await browser.submit(login, { username: 'other', password: 'password of another' })
      }
      await app.app.deliverLogouts()
      assert.deepEqual(
        tokensReceived().map((token) => decodeJwt(token).sid),
        [claims.sid],
        end,
      )
    }
  })

  test('the session of who signs in once more in the same browser goes on, under the same sid', async () => {
    const { app, signIn, signOut, tokensReceived } = await setUp()
    await app.rest('PATCH', '/User/my-user', { password: 'a password of mine' })
    const { browser, claims, tokens } = await signIn()
    const login = await browser.visit(
      '/auth/login?client_id=mywebapp&response_type=code&prompt=login&scope=openid',
    )
    const done = await browser.submit(login, { username: 'my-user', password: 'a password of mine' })
    const code = new URL(done.location ?? '').searchParams.get('code') ?? ''
    const again = await redeem(app, code)
    assert.equal(decodeJwt(String(again.body.id_token)).sid, claims.sid)
    assert.equal((await refresh(app, tokens.refresh_token)).status, 200)
    assert.equal(await app.app.deliverLogouts(), 0)
    await signOut(browser)
    await app.app.deliverLogouts()
    assert.equal(tokensReceived().length, 1)
  })

  test('§2.5 only applications with tokens on the session are told, and only those that want it', async () => {
    const { app, signIn, signOut, tokensReceived } = await setUp()
    const { browser } = await signIn('silent')
    const other = await signIn('mywebapp')
    await signOut(browser)
    assert.equal(await app.app.deliverLogouts(), 0)
    await signIn('silent', other.browser)
    await signOut(other.browser)
    assert.equal(await app.app.deliverLogouts(), 1)
    assert.equal(tokensReceived().length, 1)
  })

  test('§2.5 also after the tokens of the application are over and swept, as long as the session lives', async () => {
    const { app, signIn, signOut, tokensReceived, uri } = await setUp()
    const settings = { refresh_token: false, access_token_expiration: 60 }
    await app.addClient('mywebapp', webapp(settings, { backchannel_logout_uri: uri }), SECRET)
    const { browser, claims } = await signIn()
    app.clock.advance(4 * 86_400_000)
    await app.app.sweep()
    await signOut(browser)
    await app.app.deliverLogouts()
    assert.deepEqual(
      tokensReceived().map((token) => decodeJwt(token).sid),
      [claims.sid],
    )
  })

  /** Answers `response_type=id_token`: the application gets no token of ours, but knows the session. */
  const addPage = (app: StoredApp, uri: string) => {
    const implicit = { redirect_uri: 'https://app.example.org/cb' }
    const client = { first_party: true, grant_types: ['implicit'], auth: { implicit } }
    return app.addClient('page', { ...client, backchannel_logout_uri: uri }, SECRET)
  }
  const idTokenOnly = async (browser: Person): Promise<string | null> => {
    const query = { client_id: 'page', response_type: 'id_token', scope: 'openid', nonce: 'n' }
    const { location = '' } = await browser.send(authorizePath(query))
    return new URLSearchParams(location.split('#')[1]).get('id_token')
  }

  test('§2.5 an application that got an ID token alone is told as well', async () => {
    const { app, signOut, tokensReceived, uri } = await setUp()
    await addPage(app, uri)
    const browser = await signedInBrowser(app)
    const { sid } = decodeJwt(String(await idTokenOnly(browser)))
    await signOut(browser)
    await app.app.deliverLogouts()
    assert.deepEqual(
      tokensReceived().map((token) => decodeJwt(token).sid),
      [sid],
    )
  })

  test('whoever is signed in while the session ends is told, or not signed in', async () => {
    const { app, tokensReceived, uri } = await setUp()
    await addPage(app, uri)
    const told: unknown[] = []
    for (let round = 0; round < 12; round += 1) {
      const browser = await signedInBrowser(app)
      const page = await browser.visit('/auth/logout')
      const [idToken] = await Promise.all([idTokenOnly(browser.clone()), browser.clone().submit(page, {})])
      if (idToken !== null) told.push(decodeJwt(idToken).sid)
    }
    await app.app.deliverLogouts()
    const received = new Set(tokensReceived().map((token) => decodeJwt(token).sid))
    assert.deepEqual(
      told.filter((sid) => !received.has(sid as string)),
      [],
    )
  })

  test('a failure is tried again, later each time, and given up after the sixth, recorded with its reason', async () => {
    const { app, answers, received, signIn, signOut } = await setUp()
    answers.status = 503
    await signOut((await signIn()).browser)
    for (const wait of [0, 10, 60, 300, 1800, 7200, 86_400]) {
      app.clock.advance(wait * 1000 - (wait === 0 ? 0 : 1))
      assert.equal(await app.app.deliverLogouts(), wait === 0 ? 1 : 0, `not before ${wait} s`)
      if (wait > 0) {
        app.clock.advance(1)
        await app.app.deliverLogouts()
      }
    }
    assert.equal(received.length, 6)
    const [event] = await app.database.all(
      app.database.sql
        .selectFrom('audit_event')
        .select(['outcome', 'reason', 'client_id', 'user_id'])
        .where('event', '=', 'back-channel-logout'),
    )
    assert.deepEqual(
      { ...event },
      {
        outcome: 'failure',
        reason: 'status-503',
        client_id: 'mywebapp',
        user_id: 'my-user',
      },
    )
  })

  const failures = async (app: StoredApp) => {
    const { sql } = app.database
    const events = sql.selectFrom('audit_event').select('reason').where('event', '=', 'back-channel-logout')
    return (await app.database.all(events.where('outcome', '=', 'failure'))).map(({ reason }) => reason)
  }

  test('an application that fails keeps no other one waiting, and has everything when it is back', async () => {
    const { app, answers, received, signIn, signOut } = await setUp()
    const healthy: string[] = []
    const port = await listenHttp(async (request, response) => {
      healthy.push(await text(request))
      response.end()
    })
    const uri = `http://127.0.0.1:${port}/`
    await app.addClient('healthy', webapp({}, { backchannel_logout_uri: uri }), SECRET)
    answers.status = 503
    for (let count = 0; count < 8; count += 1) await signOut((await signIn()).browser)
    app.clock.advance(1)
    await signOut((await signIn('healthy')).browser)
    await app.app.deliverLogouts()
    assert.equal(healthy.length, 1)
    assert.ok(received.length <= 4, `${received.length} calls of the eight that wait`)
    answers.status = 200
    const before = received.length
    app.clock.advance(10_000)
    await app.app.deliverLogouts()
    assert.equal(received.length - before, 8)
    assert.deepEqual(await failures(app), [])
  })

  test('what nobody took for a day is given up, recorded', async () => {
    const { app, received, signIn, signOut } = await setUp()
    await signOut((await signIn()).browser)
    app.clock.advance(86_400_000)
    await app.app.sweep()
    await app.app.deliverLogouts()
    assert.deepEqual(received, [])
    assert.deepEqual(await failures(app), ['expired'])
    assert.equal(await app.app.deliverLogouts(), 0)
  })

  test('it comes after all when the application is back, also from another process', async () => {
    const config = await fresh()
    const first = await startStoredApp({ config })
    await first.addUser({ id: 'my-user' })
    const port = await portWithoutListener()
    const client = { ...MYWEBAPP, backchannel_logout_uri: `http://127.0.0.1:${port}/` }
    await first.addClient('mywebapp', client, SECRET)
    const browser = await signedInBrowser(first)
    await redeem(first, await obtainCode(first, { scope: 'openid' }, browser))
    await browser.submit(await browser.visit('/auth/logout'), {})
    assert.equal(await first.app.deliverLogouts(), 1)
    await first.stop()
    const calls: string[] = []
    const back = await listenHttp(async (request, response) => {
      calls.push(await text(request))
      response.end()
    })
    const second = await startStoredApp({ config, clock: first.clock })
    await second.rest('PATCH', '/Client/mywebapp', { backchannel_logout_uri: `http://127.0.0.1:${back}/` })
    first.clock.advance(10_000)
    const others = await startStoredApp({ config, clock: first.clock })
    await Promise.all([second.app.deliverLogouts(), others.app.deliverLogouts()])
    assert.equal(calls.length, 1)
  })
})
