// RFC 6749 §3.1, §4.1.1–4.1.2, RFC 9207 §2, RFC 9700 §4.1: the authorization endpoint.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  answerOf,
  authorizePath,
  MYWEBAPP,
  REDIRECT_URI,
  SECRET,
  signedInBrowser,
  webapp,
} from '../support/oauth-client.ts'
import type { Person } from '../support/person.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

describe('RFC 6749 §4.1: the authorization endpoint', () => {
  let app: StoredApp
  let browser: Person
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    await app.addClient('withquery', webapp({ redirect_uri: 'http://localhost:3001/cb?app=1' }), SECRET)
    await app.addClient('scoped', webapp({}, { scope: ['openid', 'system/*.read'] }), SECRET)
    await app.addClient('basic', { grant_types: ['basic'], auth: MYWEBAPP.auth ?? {} }, SECRET)
    await app.addClient('off', { ...MYWEBAPP, active: false }, SECRET)
    await app.addClient('nowhere', { ...MYWEBAPP, auth: {} }, SECRET)
    await app.addClient('script', webapp({ redirect_uri: 'javascript:alert(1)//' }), SECRET)
    browser = await signedInBrowser(app)
  })
  const query = (text: string) => browser.send(`/auth/authorize?${text}`)
  const errorOf = async (parameters: Record<string, string>, extra = '') => {
    const { location } = await browser.send(`${authorizePath({ state: 'st', ...parameters })}${extra}`)
    const answer = answerOf(location)
    assert.equal(answer.get('state'), 'st')
    assert.equal(answer.get('iss'), app.url)
    assert.equal(answer.has('code'), false)
    assert.match(answer.get('error_description') ?? '', /^[ !#-[\]-~]+$/)
    return answer.get('error')
  }

  test('§4.1.2.1: "MUST NOT automatically redirect the user-agent to the invalid redirection URI"', async () => {
    for (const text of [
      'response_type=code',
      'response_type=code&client_id=',
      'response_type=code&client_id=unknown',
      'response_type=code&client_id=__proto__',
      'response_type=code&client_id=off',
      'response_type=code&client_id=nowhere',
      'response_type=code&client_id=script',
      'response_type=code&client_id=mywebapp&client_id=mywebapp',
      'response_type=code&client_id=mywebapp&redirect_uri=http://localhost:3001&redirect_uri=http://evil.test',
      'response_type=code&client_id=mywebapp&redirect_uri=http://localhost:3001/',
      'response_type=code&client_id=mywebapp&redirect_uri=http://localhost:3001%0d%0aX:1',
      'response_type=code&client_id=mywebapp&redirect_uri=http://localhost:3001%00',
      'response_type=code&client_id=mywebapp&redirect_uri=javascript:alert(1)',
      'response_type=token&client_id=mywebapp&redirect_uri=http://evil.test',
      'response_type=code&client_id=mywebapp&state=%ff',
    ]) {
      const visit = await query(text)
      assert.deepEqual([visit.status, visit.location], [400, undefined], text)
      assert.match(visit.headers.get('content-type') ?? '', /^text\/html/)
      assert.equal(visit.page.querySelector('input[type=password]'), null, 'no login form either')
    }
  })

  test('§4.1.2: "state … The exact value received from the client"', async () => {
    for (const state of ['plain', 'a b+c', '%25&=?#/', 'ü€😀', '"<script>', 'x'.repeat(1500), "'()*!~-._"]) {
      const { location } = await browser.send(authorizePath({ state }))
      assert.equal(answerOf(location).get('state'), state)
    }
    assert.equal(answerOf((await browser.send(authorizePath({}))).location).has('state'), false)
  })

  test('§3.1: "Parameters sent without a value MUST be treated as if they were omitted", unknown ones are ignored', async () => {
    const visit = await browser.send(
      authorizePath({ scope: '', redirect_uri: '', foo: 'bar', 'scope[]': 'x' }),
    )
    assert.ok(answerOf(visit.location).has('code'))
  })

  test('§3.1: "Request and response parameters MUST NOT be included more than once"', async () => {
    assert.equal(await errorOf({}, '&scope=a&scope=b'), 'invalid_request')
    const twice = answerOf((await browser.send(`${authorizePath({})}&state=a&state=b`)).location)
    assert.equal(twice.get('error'), 'invalid_request')
    assert.equal(twice.has('state'), false)
    const uri = new URLSearchParams({ redirect_uri: REDIRECT_URI })
    const nowhere = await browser.send(`${authorizePath({})}&${uri}&${uri}`)
    assert.deepEqual([nowhere.status, nowhere.location], [400, undefined])
  })

  test('§3.1.1: "If an authorization request is missing the response_type parameter … MUST return an error"', async () => {
    assert.equal(await errorOf({ response_type: '' }), 'invalid_request')
    for (const type of ['none', 'code code', 'CODE', 'code device'])
      assert.equal(await errorOf({ response_type: type }), 'unsupported_response_type', type)
    for (const mode of ['web_message', 'jwt', 'Query', 'query fragment'])
      assert.equal(await errorOf({ response_mode: mode }), 'invalid_request', mode)
    assert.ok(answerOf((await browser.send(authorizePath({ response_mode: 'query' }))).location).has('code'))
  })

  test('a client that does not list the code flow gets unauthorized_client', async () => {
    assert.equal(await errorOf({ client_id: 'basic' }), 'unauthorized_client')
  })

  test("§3.3: a scope that is no scope, or none of the client's, is invalid_scope", async () => {
    for (const scope of ['a  b', ' a', 'a"b', 'a\\b', 'ä', 'a\tb'])
      assert.equal(await errorOf({ scope }), 'invalid_scope', JSON.stringify(scope))
    assert.equal(await errorOf({ client_id: 'scoped', scope: 'admin' }), 'invalid_scope')
    const visit = await browser.send(
      authorizePath({ client_id: 'scoped', scope: 'system/Patient.read admin' }),
    )
    assert.ok(answerOf(visit.location).has('code'), 'what is allowed of it is granted')
  })

  test('§3.1.2: a query in the redirect URI "MUST be retained when adding additional query parameters"', async () => {
    const { location } = await browser.send(authorizePath({ client_id: 'withquery', state: 's' }))
    assert.match(location ?? '', /^http:\/\/localhost:3001\/cb\?app=1&code=[\w-]{43}&state=s&iss=/)
  })

  test('OpenID Connect Core §3.1.2.1, §3.1.2.6, §6: what is not supported is said', async () => {
    assert.equal(await errorOf({ request: 'x.y.z' }), 'request_not_supported')
    assert.equal(await errorOf({ request_uri: 'http://127.0.0.1/x' }), 'request_uri_not_supported')
    assert.equal(await errorOf({ registration: '{}' }), 'registration_not_supported')
    assert.equal(await errorOf({ prompt: 'none login' }), 'invalid_request')
    assert.equal(await errorOf({ prompt: 'everything' }), 'invalid_request')
    for (const maxAge of ['-1', '1.5', 'x', '1e3'])
      assert.equal(await errorOf({ max_age: maxAge }), 'invalid_request')
    assert.equal(await errorOf({ nonce: 'n'.repeat(4097) }), 'invalid_request')
  })

  test('answers in JSON to a caller that wants JSON, and still does not redirect', async () => {
    const response = await browser.send('/auth/authorize?client_id=unknown&response_type=code', {
      headers: { accept: 'application/json' },
    })
    assert.equal(response.status, 400)
    assert.equal((JSON.parse(response.body) as { error: string }).error, 'invalid_request')
  })
})
