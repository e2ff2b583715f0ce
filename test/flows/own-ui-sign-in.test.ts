import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answerOf, redeem } from '../support/oauth-client.ts'
import { callFrom, told } from '../support/own-ui.ts'
import type { Person } from '../support/person.ts'
import { listenHttp } from '../support/servers.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

const LOGIN = '/auth/login'
const CONFIRM = '/auth/login/2fa/confirm'
const RESEND = '/auth/login/2fa/refresh'
const QUERY = `${LOGIN}?client_id=mywebapp&response_type=code&state=xyz`
const STEP = 30_000
const credentials = (username: string, password = PASSWORD) => ({ username, password })

const startApp = async () => {
  const app = await startSignInApp()
  await app.addUser({ id: 'ann', email: 'ann@example.org' })
  await app.addUser({ id: 'bob' })
  await app.enableTotp('bob')
  return app
}

const ask = async (person: Person, path: string): Promise<Record<string, unknown>> => {
  const visit = await person.send(path, { headers: { accept: 'application/json' } })
  assert.equal(visit.status, 200, visit.body)
  return JSON.parse(visit.body) as Record<string, unknown>
}

describe('Signing in by JSON', () => {
  it('says what is asked for, and signs in with name and password', async () => {
    const app = await startApp()
    const person = app.person()
    const asked = await ask(person, `${LOGIN}?login_hint=ann%40example.org`)
    assert.deepEqual(Object.keys(asked).sort(), ['csrf', 'login_hint', 'methods'])
    assert.deepEqual(asked.methods, ['password'])
    assert.equal(asked.login_hint, 'ann@example.org')
    const call = callFrom(person)
    const done = await call(LOGIN, { ...credentials('ann'), redirect_to: '/auth/two-factor' })
    assert.deepEqual(told(done), [200, { redirect: `${app.url}/auth/two-factor` }])
    assert.equal(done.headers.get('cache-control'), 'no-store')
    assert.equal(await app.isSignedIn(person), true)
    assert.deepEqual(await ask(person, LOGIN), { redirect: `${app.url}/` })
  })

  it('takes a form as well, which needs the csrf it was told', async () => {
    const app = await startApp()
    const person = app.person()
    const { csrf } = await ask(person, LOGIN)
    const send = (fields: Record<string, string>) =>
      callFrom(person)(LOGIN, new URLSearchParams(fields).toString(), {
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
      })
    assert.equal((await send(credentials('ann'))).status, 403)
    assert.equal((await send({ ...credentials('ann'), csrf: 'x' })).status, 403)
    assert.equal((await send({ ...credentials('ann'), csrf: String(csrf) })).status, 200)
    assert.equal(await app.isSignedIn(person), true)
  })

  it('asks for the code, and gives nothing that can be used before it is right', async () => {
    const app = await startApp()
    const person = app.person()
    const call = callFrom(person)
    const first = await call(LOGIN, credentials('bob'))
    assert.equal(first.status, 200)
    const { pending, ...rest } = first.body
    assert.match(String(pending), /^[\w.-]+$/)
    assert.deepEqual(rest, { methods: ['totp'], delivery: { state: 'none' }, expires_in: 300 })
    assert.equal(person.cookies.has('ASID'), false)
    assert.equal(await app.isSignedIn(person), false)
    assert.deepEqual(await ask(person, CONFIRM), first.body)
    assert.ok((await ask(person, QUERY)).methods !== undefined)

    const wrong = await call(CONFIRM, { pending: String(pending), token: app.wrongCode() })
    assert.deepEqual(told(wrong), [422, { error: 'wrong_token', error_description: 'Wrong token' }])
    const done = await call(CONFIRM, { pending: String(pending), token: app.code() })
    assert.deepEqual(told(done), [200, { redirect: `${app.url}/` }])
    assert.equal(await app.isSignedIn(person), true)
    assert.equal((await call(CONFIRM, { pending: String(pending), token: app.code() })).status, 401)
  })

  it('lets one of many equal codes in', async () => {
    const app = await startApp()
    const person = app.person()
    const { pending } = (await callFrom(person)(LOGIN, credentials('bob'))).body
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        callFrom(person.clone())(CONFIRM, { pending: String(pending), token: app.code() }),
      ),
    )
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  })

  it('ends in the app that waits: the code goes to its redirect URI', async () => {
    const app = await startApp()
    const person = app.person()
    const asked = await ask(person, QUERY)
    assert.deepEqual(asked.client, { id: 'mywebapp', name: 'My web app' })
    const call = callFrom(person)
    const { pending } = (await call(LOGIN, { ...credentials('bob'), request: String(asked.request) })).body
    const done = await call(CONFIRM, { pending: String(pending), token: app.code() })
    const location = String(done.body.redirect)
    assert.match(location, /^http:\/\/localhost:3001\?code=[^&]+&state=xyz&iss=/)
    const { body } = await redeem(app, answerOf(location).get('code') ?? '')
    assert.equal((body.userinfo as Record<string, unknown>).id, 'bob')

    const other = app.person()
    const direct = await callFrom(other)(QUERY, credentials('ann'))
    assert.match(String(direct.body.redirect), /^http:\/\/localhost:3001\?code=/)
    const again = await ask(other, QUERY)
    assert.match(String(again.redirect), /^http:\/\/localhost:3001\?code=/)
    const unknown = await callFrom(other)(`${LOGIN}?client_id=nobody&response_type=code`, credentials('ann'))
    assert.equal(unknown.status, 400)
    const bad = await callFrom(app.person())(
      `${LOGIN}?client_id=mywebapp&response_type=nonsense&state=s`,
      credentials('ann'),
    )
    assert.match(String(bad.body.redirect), /^http:\/\/localhost:3001\?error=unsupported_response_type/)
  })

  it('tells a wrong password, an unknown name and a missing one as OAuth does', async () => {
    const app = await startApp()
    const call = callFrom(app.person())
    for (const name of ['ann', 'nobody'])
      assert.deepEqual(told(await call(LOGIN, credentials(name, 'wrong'))), [
        400,
        { error: 'invalid_grant', error_description: 'The username or password is not right.' },
      ])
    for (const [body, parameter] of [
      ['{"password":"x"}', 'username'],
      ['{"username":"ann"}', 'password'],
      ['{"username":["ann"],"password":"x"}', 'username'],
      ['{"username":"ann","password":{"$ne":""}}', 'password'],
      ['{"username":"ann","password":"x","password":"y"}', 'password'],
      ['{"username":"ann","password":5}', 'password'],
      ['[]', 'body'],
      ['{', 'body'],
    ] as const) {
      const refused = await call(LOGIN, body)
      assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_request'], body)
      assert.match(String(refused.body.error_description), new RegExp(parameter), body)
    }
    assert.equal((await call(LOGIN, '{}', { 'content-type': 'text/plain' })).status, 415)
  })

  it('counts on the budgets of the pages: wrong passwords, wrong codes, one attempt', async () => {
    const app = await startApp()
    const call = callFrom(app.person())
    for (let n = 0; n < 5; n++) await call(LOGIN, credentials('ann', 'wrong'))
    const blocked = await call(LOGIN, credentials('ann'))
    assert.deepEqual([blocked.status, blocked.headers.get('retry-after')], [429, '30'])
    const { pending } = (await call(LOGIN, credentials('bob'))).body
    for (let n = 0; n < 4; n++)
      assert.equal((await call(CONFIRM, { pending: String(pending), token: app.wrongCode() })).status, 422)
    const dead = await call(CONFIRM, { pending: String(pending), token: app.wrongCode() })
    assert.deepEqual(told(dead), [
      401,
      { error: 'login_required', error_description: 'Too many wrong codes. Log in again.' },
    ])
    const { pending: next } = (await call(LOGIN, credentials('bob'))).body
    assert.equal((await call(CONFIRM, { pending: String(next), token: app.code() })).status, 429)
  })

  it('is over after five minutes, in another browser, and for a name that is made up', async () => {
    const app = await startApp()
    const person = app.person()
    const call = callFrom(person)
    const pending = String((await call(LOGIN, credentials('bob'))).body.pending)
    const stranger = app.person()
    await stranger.visit(LOGIN)
    assert.equal((await callFrom(stranger)(CONFIRM, { pending, token: app.code() })).status, 401)
    for (const made of ['x', '', 'x'.repeat(5000), `${pending}x`])
      assert.equal((await call(CONFIRM, { pending: made, token: app.code() })).status, 401)
    app.clock.advance(300_000)
    const over = await call(CONFIRM, { pending, token: app.code() })
    assert.deepEqual([over.status, over.body.error], [401, 'login_required'])
    assert.equal((await call(RESEND, { pending })).status, 401)
    const none = await stranger.send(CONFIRM, { headers: { accept: 'application/json' } })
    assert.equal(none.status, 401)
  })

  it('never tries a code of one tab for the sign-in of another', async () => {
    const app = await startApp()
    await app.addUser({ id: 'eve' })
    await app.enableTotp('eve')
    const person = app.person()
    const call = callFrom(person)
    const bob = String((await call(LOGIN, credentials('bob'))).body.pending)
    await call(LOGIN, credentials('eve'))
    assert.equal((await call(CONFIRM, { pending: bob, token: app.code() })).status, 401)
    assert.equal(await app.isSignedIn(person), false)
  })

  it('sends the code, says whether it was, and sends it again after thirty seconds', async () => {
    const app = await startApp()
    const codes: string[] = []
    const port = await listenHttp(async (request, response) => {
      let body = ''
      for await (const chunk of request.setEncoding('utf8')) body += chunk
      codes.push((JSON.parse(body) as { token: string }).token)
      response.writeHead(codes.length === 2 ? 500 : 200).end()
    })
    await app.sendCodesTo(`http://127.0.0.1:${port}/`)
    const person = app.person()
    const call = callFrom(person)
    const { body } = await call(LOGIN, credentials('bob'))
    assert.deepEqual(body.delivery, { state: 'sent', resend_after: 30 })
    const pending = String(body.pending)
    assert.deepEqual((await call(RESEND, { pending })).body.delivery, { state: 'sent', resend_after: 30 })
    assert.equal(codes.length, 1)
    app.clock.advance(STEP)
    assert.deepEqual((await call(RESEND, { pending })).body.delivery, { state: 'failed', resend_after: 30 })
    app.clock.advance(STEP)
    const again = await call(RESEND, { pending })
    assert.deepEqual(told(again), [
      200,
      { pending, methods: ['totp'], delivery: { state: 'sent', resend_after: 30 }, expires_in: 240 },
    ])
    assert.equal((await call(CONFIRM, { pending, token: codes[2] ?? '' })).status, 200)
    assert.equal(await app.isSignedIn(person), true)
  })

  it('is refused to pages of other sites, whatever they send', async () => {
    const app = await startApp()
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ] as Readonly<Record<string, string>>[]) {
      const person = app.person()
      assert.equal((await callFrom(person)(LOGIN, credentials('ann'), headers)).status, 403)
      assert.equal(await app.isSignedIn(person), false)
    }
    const preflight = await app.fetch(
      new Request(`${app.url}${LOGIN}`, {
        method: 'OPTIONS',
        headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
      }),
    )
    assert.equal(preflight.headers.get('access-control-allow-origin'), null)
    const program = app.person()
    assert.equal((await callFrom(program)(LOGIN, credentials('ann'), {})).status, 200)
  })

  it('renews the session of who signs in again, and ends that of somebody else', async () => {
    const app = await startApp()
    const person = app.person()
    await callFrom(person)(LOGIN, credentials('ann'))
    const old = person.clone()
    const call = callFrom(person)
    const pending = String((await call(LOGIN, credentials('bob'))).body.pending)
    assert.equal(await app.isSignedIn(person), true)
    await call(CONFIRM, { pending, token: app.code() })
    assert.equal((await app.sessionOfPerson(person))?.userId, 'bob')
    assert.equal(await app.isSignedIn(old), false)
  })

  it('signs out by JSON, but not for another site', async () => {
    const app = await startApp()
    const person = app.person()
    const call = callFrom(person)
    await call(LOGIN, credentials('ann'))
    assert.equal((await call('/auth/logout', {}, { 'sec-fetch-site': 'cross-site' })).status, 403)
    assert.equal(await app.isSignedIn(person), true)
    const thief = person.clone()
    assert.deepEqual(told(await call('/auth/logout')), [200, {}])
    assert.equal(await app.isSignedIn(thief), false)
  })

  it('tells that the request of an app is over', async () => {
    const app = await startApp()
    const person = app.person()
    const { request } = await ask(person, QUERY)
    app.clock.advance(10 * 60_000)
    const over = await callFrom(person)(LOGIN, { ...credentials('ann'), request: String(request) })
    assert.deepEqual([over.status, over.body.error], [410, 'invalid_request'])
    assert.equal(await app.isSignedIn(person), false)
  })
})
