// RFC 6749 §3.1.2, RFC 9700 §2.1, RFC 8252 §7.3: redirect URIs over HTTP, several of one client; modules by their names.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { redeem, SECRET, signedInBrowser } from '../support/oauth-client.ts'
import type { Person } from '../support/person.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const ONE = 'https://app.example.org/cb'
const TWO = 'https://app.example.org/cb?foo=bar'

describe('redirect URIs', () => {
  let app: StoredApp
  let browser: Person
  const register = (id: string, flow: object) =>
    app.rest('PUT', `/Client/${id}`, {
      secret: SECRET,
      first_party: true,
      grant_types: ['authorization_code', 'implicit'],
      auth: { authorization_code: flow },
    })
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user' })
    for (const [id, flow] of [
      ['several', { redirect_uris: [ONE, TWO] }],
      ['both', { redirect_uri: ONE, redirect_uris: [ONE, TWO] }],
      ['single', { redirect_uris: [TWO] }],
      ['desktop', { redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]:1234/cb', 'com.example.app:/cb'] }],
    ] as const)
      assert.equal((await register(id, flow)).status, 201)
    browser = await signedInBrowser(app)
  })
  const ask = (client_id: string, redirect_uri?: string) => {
    const given = redirect_uri === undefined ? {} : { redirect_uri }
    const query = new URLSearchParams({ client_id, response_type: 'code', ...given })
    return browser.send(`/auth/authorize?${query}`)
  }

  test('oidcc-ensure-redirect-uri-in-authorization-request: with several registered and none sent it is an error page', async () => {
    for (const client of ['several', 'both']) {
      const visit = await ask(client)
      assert.deepEqual([visit.status, visit.location], [400, undefined])
      assert.match(visit.body, /redirect_uri/)
    }
    assert.ok((await ask('single')).location?.startsWith(`${TWO}&code=`), 'the only one is meant')
  })

  test('oidcc-redirect-uri-query-OK: a registered query is kept, and the code comes behind it', async () => {
    for (const client of ['several', 'both', 'single'])
      assert.ok((await ask(client, TWO)).location?.startsWith(`${TWO}&code=`))
    assert.ok((await ask('several', ONE)).location?.startsWith(`${ONE}?code=`))
  })

  test('oidcc-redirect-uri-query-mismatch, -query-added: another query is another URI', async () => {
    for (const uri of [`${ONE}?foo=other`, `${TWO}&x=1`, `${ONE}?`, `${ONE}/`, `${TWO}&foo=bar`])
      assert.deepEqual(
        [(await ask('several', uri)).status, (await ask('several', uri)).location],
        [400, undefined],
      )
  })

  test('oidcc-redirect-uri-regfrag: one with a fragment, or that is none, is not registered', async () => {
    for (const redirect_uris of [
      [`${ONE}#x`],
      [ONE, 'javascript:alert(1)'],
      ['https://*.example.org'],
      'https://app.example.org',
      [7],
      [null],
      Array.from({ length: 101 }, (_, index) => `${ONE}/${index}`),
    ]) {
      const answer = await register('refused', { redirect_uris })
      assert.equal(answer.status, 422, JSON.stringify(redirect_uris).slice(0, 80))
      assert.match(await answer.text(), /redirect_uris/)
    }
  })

  test('RFC 8252 §7.3: "MUST allow any port to be specified at the time of the request for loopback IP redirect URIs"', async () => {
    for (const uri of [
      'http://127.0.0.1:49152/cb',
      'http://127.0.0.1/cb',
      'http://[::1]:5/cb',
      'com.example.app:/cb',
    ])
      assert.ok((await ask('desktop', uri)).location?.startsWith(`${uri}?code=`), uri)
    for (const uri of ['http://127.0.0.1:49152/other', 'http://localhost:49152/cb', 'https://127.0.0.1:1/cb'])
      assert.equal((await ask('desktop', uri)).status, 400, uri)
  })

  test('RFC 6749 §4.1.3: the code is redeemed with the very URI of its request, also with its port', async () => {
    const codeFor = async (uri: string): Promise<string> =>
      new URL((await ask('desktop', uri)).location ?? '').searchParams.get('code') ?? ''
    const uri = 'http://127.0.0.1:49152/cb'
    const client = { client_id: 'desktop' }
    for (const wrong of [
      {},
      { redirect_uri: 'http://127.0.0.1:49153/cb' },
      { redirect_uri: 'http://127.0.0.1/cb' },
    ])
      assert.equal(
        (await redeem(app, await codeFor(uri), { ...client, ...wrong })).body.error,
        'invalid_grant',
      )
    assert.equal((await redeem(app, await codeFor(uri), { ...client, redirect_uri: uri })).status, 200)
  })

  test('what is taken from the client while a person signs in is no way back any more', async () => {
    const person = app.person()
    const login = await person.visit(
      `/auth/authorize?${new URLSearchParams({ client_id: 'several', response_type: 'code', redirect_uri: TWO })}`,
    )
    await register('several', { redirect_uris: [ONE] })
    const request = login.page.querySelector('input[name=request]')?.getAttribute('value') ?? ''
    person.cookies.set('ASID', (await app.signIn('my-user')).cookie)
    const visit = await person.send(`/auth/authorize/continue?request=${request}`)
    assert.deepEqual([visit.status, visit.location], [410, undefined])
  })
})
