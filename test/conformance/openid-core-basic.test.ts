// OpenID Connect Core 1.0, as the certification of a Basic OP goes through it; each title begins with the module's name.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { JSONWebKeySet, JWTPayload } from 'jose'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { answerOf, authorizePath, MYWEBAPP, redeem, SECRET, webapp } from '../support/oauth-client.ts'
import type { Person, Visit } from '../support/person.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

const OPENID = { scope: 'openid' }

describe('OpenID Connect Core, Basic OP', () => {
  let app: SignInApp
  before(async () => {
    app = await startSignInApp()
    await app.addUser({ id: 'u1', userName: 'ann', email: 'ann@example.org' })
    await app.addUser({ id: 'u2', userName: 'bob' })
    await app.addClient('partner', webapp({}, { first_party: false }), SECRET)
  })

  const ask = (person: Person, parameters: Readonly<Record<string, string>> = {}) =>
    person.send(authorizePath({ ...OPENID, state: 'st', ...parameters }))
  const signedIn = async (userName = 'ann'): Promise<Person> => {
    const person = app.person()
    await app.logIn(person, userName)
    return person
  }
  const claimsOf = async (location: string | undefined, client = 'mywebapp'): Promise<JWTPayload> => {
    const { body } = await redeem(app, answerOf(location).get('code') ?? '', { client_id: client })
    const jwks = await app.fetch(new Request(`${app.url}/.well-known/jwks.json`))
    const keys = createLocalJWKSet((await jwks.json()) as JSONWebKeySet)
    const options = { issuer: app.url, audience: client, currentDate: app.clock.now() }
    return (await jwtVerify(String(body.id_token), keys, options)).payload
  }
  const errorOf = ({ location }: Visit): string | null => {
    const answer = answerOf(location)
    assert.deepEqual([answer.get('state'), answer.get('iss'), answer.has('code')], ['st', app.url, false])
    return answer.get('error')
  }
  /** Signs in on the page that a request led to. */
  const logInThere = async (person: Person, visit: Visit, username = 'ann') => {
    const page = await person.follow(visit)
    assert.notEqual(page.page.querySelector('input[type=password]'), null, 'it asks for the password')
    return person.submit(page, { username, password: PASSWORD }, '/auth/login')
  }

  test('oidcc-server: "state" and nothing else beside the code and iss, and a code of at least 128 bits', async () => {
    const { location } = await ask(await signedIn())
    const answer = answerOf(location)
    assert.deepEqual([...answer.keys()], ['code', 'state', 'iss'])
    assert.ok(Buffer.from(answer.get('code') ?? '', 'base64url').length >= 16)
  })

  test('oidcc-response-type-missing: an error, to the client', async () => {
    assert.equal(errorOf(await ask(await signedIn(), { response_type: '' })), 'invalid_request')
  })

  test('oidcc-prompt-login: "the Authorization Server SHOULD prompt the End-User for reauthentication"', async () => {
    const person = await signedIn()
    const first = await claimsOf((await ask(person)).location)
    app.clock.advance(5000)
    const again = await logInThere(person, await ask(person, { prompt: 'login' }))
    const second = await claimsOf(again.location)
    assert.equal(second.sub, first.sub)
    assert.equal(Number(second.auth_time) - Number(first.auth_time), 5)
  })

  test('oidcc-prompt-none-not-logged-in: "MUST NOT display any authentication or consent user interface pages"', async () => {
    assert.equal(errorOf(await ask(app.person(), { prompt: 'none' })), 'login_required')
  })

  test('oidcc-prompt-none-logged-in: a code without a page, with the same sub and auth_time', async () => {
    const person = await signedIn()
    const first = await claimsOf((await ask(person)).location)
    app.clock.advance(60_000)
    const second = await claimsOf((await ask(person, { prompt: 'none' })).location)
    assert.deepEqual([second.sub, second.auth_time], [first.sub, first.auth_time])
  })

  test('oidcc-max-age-1: "the OP MUST attempt to actively re-authenticate the End-User"', async () => {
    const person = await signedIn()
    const first = await claimsOf((await ask(person, { max_age: '15000' })).location)
    app.clock.advance(2000)
    const second = await claimsOf((await logInThere(person, await ask(person, { max_age: '1' }))).location)
    assert.ok(Number(second.auth_time) > Number(first.auth_time))
    app.clock.advance(2000)
    assert.equal(errorOf(await ask(person, { max_age: '1', prompt: 'none' })), 'login_required')
  })

  test('oidcc-max-age-10000: nobody is asked, and auth_time is there, unchanged', async () => {
    const person = await signedIn()
    const first = await claimsOf((await ask(person)).location)
    app.clock.advance(4000)
    const second = await claimsOf((await ask(person, { max_age: '10000' })).location)
    assert.equal(second.auth_time, first.auth_time)
  })

  test('oidcc-id-token-hint: prompt=none with the ID token of the person who is signed in succeeds, even an old one', async () => {
    const person = await signedIn()
    const { body } = await redeem(app, answerOf((await ask(person)).location).get('code') ?? '')
    const hint = String(body.id_token)
    app.clock.advance(2 * 3600_000)
    const fresh = await signedIn()
    const { location } = await ask(fresh, { prompt: 'none', id_token_hint: hint })
    assert.equal((await claimsOf(location)).sub, 'u1')

    const other = await signedIn('bob')
    assert.equal(errorOf(await ask(other, { prompt: 'none', id_token_hint: hint })), 'login_required')
    const page = await other.follow(await ask(other, { id_token_hint: hint }))
    assert.equal(page.page.querySelector('input[name=username]')?.getAttribute('value'), 'u1')
    const wrongOne = await other.submit(page, { username: 'bob', password: PASSWORD }, '/auth/login')
    assert.equal(errorOf(wrongOne), 'login_required', 'somebody else is no answer')
    const right = await logInThere(other, await ask(other, { id_token_hint: hint }))
    assert.equal((await claimsOf(right.location)).sub, 'u1')
  })

  test('§3.1.2.1: a hint that is no ID token of ours for this client is invalid_request, whatever it claims', async () => {
    const person = await signedIn()
    const { body } = await redeem(app, answerOf((await ask(person)).location).get('code') ?? '')
    const hint = String(body.id_token)
    const [head = '', claims = '', signature = ''] = hint.split('.')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const forged = Buffer.from(JSON.stringify({ iss: app.url, aud: 'mywebapp', sub: 'u1', auth_time: 1 }))
    for (const bad of [
      'x',
      'a.b.c',
      `${head}.${claims}.`,
      `${none}.${claims}.`,
      `${none}.${claims}.${signature}`,
      `${head}.${forged.toString('base64url')}.${signature}`,
      String(body.access_token),
      'x'.repeat(3000),
    ])
      assert.equal(errorOf(await ask(person, { id_token_hint: bad, prompt: 'none' })), 'invalid_request', bad)
    const ofAnother = JSON.stringify({ id_token: { sub: { value: 'u2' } } })
    assert.equal(errorOf(await ask(person, { id_token_hint: hint, claims: ofAnother })), 'invalid_request')
    assert.equal(
      errorOf(await ask(person, { id_token_hint: hint, client_id: 'partner' })),
      'invalid_request',
      'of another client',
    )
  })

  test('oidcc-login-hint: the sign-in page has it filled in', async () => {
    const person = app.person()
    const page = await person.follow(await ask(person, { login_hint: 'bob@example.com' }))
    assert.equal(page.page.querySelector('input[name=username]')?.getAttribute('value'), 'bob@example.com')
  })

  for (const [module, parameters] of [
    ['oidcc-display-page', { display: 'page' }],
    ['oidcc-display-popup', { display: 'popup' }],
    ['oidcc-ui-locales', { ui_locales: 'se fr-CA' }],
    ['oidcc-claims-locales', { claims_locales: 'se' }],
    ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
    ['oidcc-ensure-request-with-acr-values-succeeds', { acr_values: '1 2' }],
    ['oidcc-claims-essential', { claims: '{"userinfo":{"name":{"essential":true}}}' }],
    ['oidcc-alternate-happy-flow', { scope: 'email openid' }],
  ] as const)
    test(`${module}: the parameter does not break the flow`, async () => {
      const { location } = await ask(await signedIn(), parameters)
      assert.equal((await claimsOf(location)).sub, 'u1')
    })

  test('oidcc-ensure-request-with-acr-values-succeeds: the class that was asked for and is reached is the one told', async () => {
    const { location } = await ask(await signedIn(), { acr_values: 'urn:other aal1' })
    assert.equal((await claimsOf(location)).acr, 'aal1')
  })

  test('oidcc-ensure-registered-redirect-uri: a page, and no redirect', async () => {
    const visit = await ask(await signedIn(), { redirect_uri: 'https://evil.example.org/cb' })
    assert.deepEqual([visit.status, visit.location], [400, undefined])
  })

  test('oidcc-ensure-post-request-succeeds: "MUST support the use of the HTTP GET and POST methods"', async () => {
    const person = await signedIn()
    const visit = await person.send('/auth/authorize', {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'mywebapp', response_type: 'code', ...OPENID, state: 'st' }),
      headers: { origin: 'https://app.example.org', 'sec-fetch-site': 'cross-site' },
    })
    assert.equal(visit.status, 303)
    const { location } = await person.follow(visit)
    assert.equal((await claimsOf(location)).sub, 'u1')
  })

  test('oidcc-unsigned-request-object, oidcc-request-uri-unsigned: said to be unsupported, never ignored', async () => {
    const person = await signedIn()
    assert.equal(errorOf(await ask(person, { request: 'e30.e30.' })), 'request_not_supported')
    assert.equal(
      errorOf(await ask(person, { request_uri: 'https://app.example.org/r' })),
      'request_uri_not_supported',
    )
  })

  test('oidcc-ensure-request-with-valid-pkce-succeeds: S256', async () => {
    const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
    const { location } = await ask(await signedIn(), {
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    const { body } = await redeem(app, answerOf(location).get('code') ?? '', {
      code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    })
    assert.equal(typeof body.id_token, 'string')
  })

  test('oidcc-codereuse: "invalid_grant", and what the code gave ends', async () => {
    const code = answerOf((await ask(await signedIn())).location).get('code') ?? ''
    const { body } = await redeem(app, code)
    assert.equal((await redeem(app, code)).body.error, 'invalid_grant')
    const userinfo = await app.fetch(
      new Request(`${app.url}/auth/userinfo`, { headers: { authorization: `Bearer ${body.access_token}` } }),
    )
    assert.equal(userinfo.status, 401)
  })

  test('§3.1.2.1: "Sending … more than once" is refused of every parameter that means something', async () => {
    const person = await signedIn()
    for (const name of [
      'response_type',
      'scope',
      'nonce',
      'prompt',
      'max_age',
      'display',
      'ui_locales',
      'claims_locales',
      'id_token_hint',
      'login_hint',
      'acr_values',
      'claims',
      'response_mode',
      'code_challenge',
    ]) {
      const twice = `&${name}=a&${name}=b`
      const visit = await person.send(`${authorizePath({ state: 'st' })}${twice}`)
      assert.equal(errorOf(visit), 'invalid_request', name)
    }
  })

  test('§3.1.2.4: the person of a partner application is asked for the scopes and for claims asked for by name', async () => {
    const person = await signedIn()
    const parameters = {
      client_id: 'partner',
      scope: 'openid email',
      claims: '{"id_token":{"phone_number":null},"userinfo":{"name":null}}',
    }
    const consent = await person.follow(await ask(person, parameters))
    for (const text of ['Who you are', 'Your e-mail address', 'Your phone number', 'Your name and picture'])
      assert.ok(consent.body.includes(text), text)
    const done = await person.submit(consent, { decision: 'allow' }, '/auth/grant')
    assert.equal((await claimsOf(done.location, 'partner')).sub, 'u1')
    assert.ok(answerOf((await ask(person, { ...parameters, prompt: 'none' })).location).has('code'))
    assert.equal(
      errorOf(await ask(person, { client_id: 'partner', scope: 'openid address', prompt: 'none' })),
      'consent_required',
    )
  })

  test('prompt=consent asks again, and select_account lets the person be another', async () => {
    const person = await signedIn()
    const consent = await person.follow(await ask(person, { client_id: 'partner', prompt: 'consent' }))
    assert.match(consent.body, /wants to access your account/)
    const other = await logInThere(person, await ask(person, { prompt: 'select_account' }), 'bob')
    assert.equal((await claimsOf(other.location)).sub, 'u2')
  })

  test('§11: offline_access is granted where the client gets a refresh token, and only there', async () => {
    await app.addClient('online', { ...MYWEBAPP, auth: webapp({ refresh_token: false }).auth ?? {} }, SECRET)
    for (const [client, scope] of [
      ['mywebapp', 'openid offline_access'],
      ['online', 'openid'],
    ] as const) {
      const { location } = await ask(await signedIn(), { client_id: client, scope: 'openid offline_access' })
      const { body } = await redeem(app, answerOf(location).get('code') ?? '', { client_id: client })
      assert.deepEqual([body.scope, typeof body.refresh_token === 'string'], [scope, client === 'mywebapp'])
    }
  })
})
