import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { answerOf, authorizePath, redeem, SECRET, signedInBrowser, webapp } from '../support/oauth-client.ts'
import type { Person } from '../support/person.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

describe('consent', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addClient('mywebapp', webapp({}, { first_party: false, name: '<b>Partner</b>' }), SECRET)
  })
  let users = 0
  const newBrowser = async (): Promise<Person> => {
    users += 1
    await app.addUser({ id: `user-${users}` })
    return signedInBrowser(app, `user-${users}`)
  }
  const ask = (browser: Person, parameters = {}) =>
    browser.visit(authorizePath({ state: 'st', ...parameters }))

  test('is asked for by a client that is not first party, naming it, its scopes and its address', async () => {
    const browser = await newBrowser()
    const visit = await ask(browser, { scope: 'openid <i>x</i>' })
    assert.equal(visit.status, 200)
    assert.match(visit.url, /\/auth\/grant\?request=/)
    assert.match(visit.body, /&lt;b&gt;Partner&lt;\/b&gt;/)
    assert.match(visit.body, /&lt;i&gt;x&lt;\/i&gt;/)
    assert.match(visit.body, /http:\/\/localhost:3001/)
    assert.match(visit.headers.get('content-security-policy') ?? '', /form-action 'self' http: https:;/)
    const allowed = await browser.submit(visit, { decision: 'allow' })
    assert.equal(allowed.status, 303)
    assert.equal(answerOf(allowed.location).get('state'), 'st')
    const code = answerOf(allowed.location).get('code') ?? ''
    assert.equal((await redeem(app, code)).body.scope, 'openid <i>x</i>')
  })

  test('is remembered, and asked again only when the scope grows or prompt=consent wants it', async () => {
    const browser = await newBrowser()
    await browser.submit(await ask(browser, { scope: 'a b' }), { decision: 'allow' })
    for (const scope of ['a b', 'b', ''])
      assert.ok(answerOf((await ask(browser, { scope })).location).has('code'), scope)
    const grown = await ask(browser, { scope: 'a c' })
    assert.match(grown.url, /\/auth\/grant/)
    await browser.submit(grown, { decision: 'allow' })
    assert.ok(answerOf((await ask(browser, { scope: 'a b c' })).location).has('code'))
    app.clock.advance(1000)
    const again = await ask(browser, { scope: 'a', prompt: 'consent' })
    assert.match(again.url, /\/auth\/grant/)
    assert.ok(answerOf((await browser.submit(again, { decision: 'allow' })).location).has('code'))
    const others = await newBrowser()
    assert.match((await ask(others, { scope: 'a' })).url, /\/auth\/grant/, 'of another user it knows nothing')
  })

  test('to one application is none to another', async () => {
    await app.addClient('another', webapp({}, { first_party: false }), SECRET)
    const browser = await newBrowser()
    await browser.submit(await ask(browser, { scope: 'a' }), { decision: 'allow' })
    const silent = { scope: 'a', prompt: 'none', client_id: 'another' }
    assert.equal(answerOf((await ask(browser, silent)).location).get('error'), 'consent_required')
  })

  test('ends with the person and with the application, also where the same id comes back', async () => {
    const silent = { scope: 'a', prompt: 'none', client_id: 'passing' }
    const browser = await newBrowser()
    const [user, client] = [`user-${users}`, webapp({}, { first_party: false })]
    await app.addClient('passing', client, SECRET)
    const allow = async (person: Person) =>
      person.submit(await ask(person, { ...silent, prompt: '' }), { decision: 'allow' })
    await allow(browser)
    assert.equal((await app.rest('DELETE', '/Client/passing')).status, 200)
    await app.addClient('passing', client, SECRET)
    assert.equal(answerOf((await ask(browser, silent)).location).get('error'), 'consent_required')
    await allow(browser)
    assert.equal((await app.rest('DELETE', `/User/${user}`)).status, 200)
    await app.addUser({ id: user })
    const next = await signedInBrowser(app, user)
    assert.equal(answerOf((await ask(next, silent)).location).get('error'), 'consent_required')
  })

  test('to who one is, openid, is none to the whole User, which a request without openid would tell', async () => {
    const browser = await newBrowser()
    const claims = await ask(browser, { scope: 'openid offline_access' })
    assert.doesNotMatch(claims.body, /user record/)
    await browser.submit(claims, { decision: 'allow' })
    for (const scope of ['offline_access', '']) {
      const silent = await browser.send(authorizePath({ scope, prompt: 'none' }))
      assert.equal(answerOf(silent.location).get('error'), 'consent_required', scope)
    }
    const whole = await ask(browser, { scope: 'offline_access' })
    assert.match(whole.body, /Basic user info: everything in your user record/)
    await browser.submit(whole, { decision: 'allow' })
    const { sql } = app.database
    const audited = await app.database.all<{ detail: string }>(
      sql
        .selectFrom('audit_event')
        .select('detail')
        .where('event', '=', 'consent')
        .where('user_id', '=', `user-${users}`)
        .orderBy('at'),
    )
    assert.deepEqual(audited.map(({ detail }) => JSON.parse(detail).wholeUser).toSorted(), [false, true])
    for (const scope of ['', 'openid offline_access'])
      assert.ok(answerOf((await browser.send(authorizePath({ scope, prompt: 'none' }))).location).has('code'))
    assert.match((await browser.visit('/auth/grants')).body, /basic user info, openid, offline_access/)
  })

  test('refused sends access_denied with state and iss, and is not remembered', async () => {
    const browser = await newBrowser()
    const visit = await ask(browser)
    const denied = answerOf((await browser.submit(visit, { decision: 'deny' })).location)
    assert.deepEqual(
      [denied.get('error'), denied.get('state'), denied.get('iss')],
      ['access_denied', 'st', app.url],
    )
    assert.match((await ask(browser)).url, /\/auth\/grant/)
  })

  test('is consent_required with prompt=none', async () => {
    const browser = await newBrowser()
    const answer = answerOf((await ask(browser, { prompt: 'none' })).location)
    assert.equal(answer.get('error'), 'consent_required')
  })

  test('cannot be given by another site, another browser, or somebody who is not signed in', async () => {
    const browser = await newBrowser()
    const visit = await ask(browser)
    const hidden = (name: string) =>
      visit.page.querySelector(`input[name=${name}]`)?.getAttribute('value') ?? ''
    const [request, user] = [hidden('request'), hidden('user')]
    const form = (csrf: string) => ({
      method: 'POST',
      body: new URLSearchParams({ request, csrf, user, decision: 'allow' }).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
    assert.equal((await browser.send('/auth/grant', form('guessed'))).status, 403)
    const csrf = hidden('csrf')
    const crossSite = form(csrf)
    const headers = { ...crossSite.headers, 'sec-fetch-site': 'cross-site' }
    assert.equal((await browser.send('/auth/grant', { ...crossSite, headers })).status, 403)
    const thief = await newBrowser()
    assert.equal((await thief.send(`/auth/grant?request=${request}`)).status, 410)
    const signedOut = browser.clone()
    signedOut.cookies.delete('ASID')
    assert.match((await signedOut.send('/auth/grant', form(csrf))).location ?? '', /^\/auth\/login\?request=/)
    const undecided = { ...form(csrf), body: form(csrf).body.replace('allow', 'maybe') }
    assert.equal((await browser.send('/auth/grant', undecided)).status, 400)
    assert.ok(answerOf((await browser.send('/auth/grant', form(csrf))).location).has('code'))
  })

  test('given several times at once is one consent, and takes every tab to the application', async () => {
    const browser = await newBrowser()
    const visit = await ask(browser)
    const answers = await Promise.all([1, 2, 3, 4].map(() => browser.submit(visit, { decision: 'allow' })))
    const codes = answers.map((answer) => answerOf(answer.location).get('code'))
    assert.equal(new Set(codes).size, 4)
    const { sql } = app.database
    const session = await app.database.first(
      sql.selectFrom('session').select('user_id').orderBy('created_at', 'desc'),
    )
    const kept = sql
      .selectFrom('consent_grant')
      .select('scope')
      .where('user_id', '=', session?.user_id ?? '')
    assert.equal((await app.database.all(kept)).length, 1)
  })

  test('is asked for each time where another program could stand in for the client (RFC 8252 §8.6)', async () => {
    const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    const own = { code_challenge, code_challenge_method: 'S256' }
    const register = (id: string, redirect_uri: string, secret?: string) =>
      app.addClient(
        id,
        webapp({ redirect_uri }, { first_party: false, grant_types: ['code', 'implicit'] }),
        secret,
      )
    await register('desktop', 'http://127.0.0.1/back')
    await register('phone', 'com.example.app:/back')
    await register('page', 'https://app.example.org/back')
    await register('server', 'http://127.0.0.1/back', SECRET)
    for (const [client_id, parameters, expected] of [
      ['desktop', {}, 'error=consent_required'],
      ['phone', {}, 'error=consent_required'],
      ['page', {}, 'code='],
      ['server', {}, 'code='],
      ['server', { response_type: 'token' }, 'error=consent_required'],
    ] as const) {
      const browser = await newBrowser()
      const asked = { client_id, ...own, ...parameters }
      app.clock.advance(1000)
      const { location } = await browser.submit(await ask(browser, asked), { decision: 'allow' })
      assert.match(location ?? '', /[?#](?:code|token_type)=/, client_id)
      app.clock.advance(1000)
      const silent = await browser.send(authorizePath({ ...asked, prompt: 'none' }))
      assert.match(silent.location ?? '', new RegExp(`[?#]${expected}`), client_id)
    }
  })
})
