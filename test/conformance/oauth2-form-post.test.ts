// OAuth 2.0 Form Post Response Mode, and the modules of Form Post Basic OP by what they do.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { redeem, SECRET, webapp } from '../support/oauth-client.ts'
import type { Person, Visit } from '../support/person.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

const CALLBACK = 'https://app.example.org/cb?a=1&b="<x>'
const HOSTILE = `"><script>alert(1)</script>' & ü€😀\r\n`

describe('OAuth 2.0 Form Post Response Mode', () => {
  let app: SignInApp
  before(async () => {
    app = await startSignInApp()
    await app.addUser({ id: 'u1', userName: 'ann' })
    const settings = webapp({ redirect_uris: [CALLBACK, 'com.example.app:/cb'] })
    const grants = { grant_types: ['code', 'implicit'] }
    await app.addClient('poster', { ...settings, ...grants }, SECRET)
    await app.addClient('partner', { ...settings, ...grants, first_party: false }, SECRET)
  })

  const ask = (person: Person, parameters: Readonly<Record<string, string>> = {}) => {
    const query = new URLSearchParams({
      client_id: 'poster',
      response_type: 'code',
      response_mode: 'form_post',
      redirect_uri: CALLBACK,
      scope: 'openid',
      state: HOSTILE,
      ...parameters,
    })
    return person.send(`/auth/authorize?${query}`)
  }
  const signedIn = async (): Promise<Person> => {
    const person = app.person()
    await app.logIn(person, 'ann')
    return person
  }
  /** What the page would post, once it is known to be one that may. */
  const postedBy = async (person: Person, visit: Visit): Promise<URLSearchParams> => {
    assert.equal(visit.status, 303)
    assert.match(visit.location ?? '', /^\/auth\/authorize\/answer\?form=v1\./)
    const page = await person.follow(visit)
    assert.equal(page.status, 200)
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
    assert.equal(page.headers.get('cache-control'), 'no-store')
    const policy = (page.headers.get('content-security-policy') ?? '').split('; ')
    assert.ok(policy.includes("script-src 'self'"), 'no inline script')
    assert.ok(policy.includes("form-action 'self' https:"))
    const [form, ...others] = page.page.querySelectorAll('form')
    assert.deepEqual(others, [])
    assert.equal(form?.getAttribute('method'), 'post')
    assert.equal(form?.getAttribute('action'), CALLBACK, 'byte for byte: nothing is added to the URI')
    assert.equal(form?.querySelectorAll('button[type=submit]').length, 1, 'works without scripts')
    for (const script of page.page.querySelectorAll('script')) {
      assert.equal(script.textContent, '')
      assert.equal((await person.send(script.getAttribute('src') ?? '')).status, 200)
    }
    const fields = form?.querySelectorAll('input') ?? []
    assert.ok(fields.every((field) => field.getAttribute('type') === 'hidden'))
    const posted = new URLSearchParams()
    for (const field of fields)
      posted.append(field.getAttribute('name') ?? '', field.getAttribute('value') ?? '')
    return posted
  }

  test('oidcc-server: §2: "the Authorization Response parameters are encoded as HTML form values", escaped, with iss', async () => {
    const person = await signedIn()
    const posted = await postedBy(person, await ask(person))
    assert.deepEqual([...posted.keys()], ['code', 'state', 'iss'])
    assert.deepEqual([posted.get('state'), posted.get('iss')], [HOSTILE, app.url])
    const code = posted.get('code') ?? ''
    const { body } = await redeem(app, code, { client_id: 'poster', redirect_uri: CALLBACK })
    assert.equal(typeof body.id_token, 'string')
  })

  for (const type of [
    'token',
    'id_token',
    'id_token token',
    'code id_token',
    'code token',
    'code id_token token',
  ])
    test(`response_type=${type} comes by form as well`, async () => {
      const person = await signedIn()
      const posted = await postedBy(person, await ask(person, { response_type: type, nonce: 'n' }))
      for (const word of type.split(' '))
        assert.ok(posted.has(word === 'token' ? 'access_token' : word), word)
      assert.deepEqual([posted.get('state'), posted.get('iss')], [HOSTILE, app.url])
    })

  test('after the sign-in and after consent the answer comes the same way', async () => {
    const person = app.person()
    const login = await person.follow(await ask(person, { client_id: 'partner' }))
    const done = await person.submit(login, { username: 'ann', password: PASSWORD }, '/auth/login')
    const consent = await person.follow(done)
    const allowed = await person.submit(consent, { decision: 'allow' }, '/auth/grant')
    assert.ok((await postedBy(person, allowed)).has('code'))
    const again = await person.follow(await ask(person, { client_id: 'partner', prompt: 'consent' }))
    const denied = await postedBy(person, await person.submit(again, { decision: 'deny' }, '/auth/grant'))
    assert.deepEqual(
      [denied.get('error'), denied.get('state'), denied.has('code')],
      ['access_denied', HOSTILE, false],
    )
  })

  test('oidcc-prompt-none-not-logged-in, oidcc-response-type-missing: errors come by form as well', async () => {
    for (const [parameters, error] of [
      [{ prompt: 'none' }, 'login_required'],
      [{ response_type: '' }, 'invalid_request'],
      [{ response_type: 'magic' }, 'unsupported_response_type'],
      [{ scope: 'a"b' }, 'invalid_scope'],
      [{ request: 'x' }, 'request_not_supported'],
    ] as const) {
      const person = app.person()
      const posted = await postedBy(person, await ask(person, parameters))
      assert.deepEqual([...posted.keys()].toSorted(), ['error', 'error_description', 'iss', 'state'])
      assert.equal(posted.get('error'), error)
    }
  })

  test('oidcc-ensure-registered-redirect-uri: no form leads to a URI that is not registered', async () => {
    const visit = await ask(await signedIn(), { redirect_uri: 'https://evil.example.org/' })
    assert.deepEqual([visit.status, visit.location], [400, undefined])
    assert.equal(visit.page.querySelector('form[action*=evil]'), null)
  })

  test('an address that no form can be posted to gets the error in its query', async () => {
    const { location } = await ask(await signedIn(), { redirect_uri: 'com.example.app:/cb' })
    assert.match(location ?? '', /^com\.example\.app:\/cb\?error=invalid_request&/)
  })

  test('an answer that is too large for the page is told by form; its tokens never come in the address', async () => {
    const photo = `data:image/png;base64,${'A'.repeat(9000)}`
    await app.addUser({ id: 'u2', userName: 'ava' })
    assert.equal((await app.rest('PATCH', '/User/u2', { photo })).status, 200)
    const person = app.person()
    await app.logIn(person, 'ava')
    const visit = await ask(person, { response_type: 'id_token', scope: 'openid profile', nonce: 'n' })
    const posted = await postedBy(person, visit)
    assert.deepEqual([...posted.keys()].toSorted(), ['error', 'error_description', 'iss', 'state'])
    assert.equal(posted.get('error'), 'server_error')
  })

  test('what is too long for one address line is told, by form or, where even that is too long, in the fragment', async () => {
    const person = await signedIn()
    const posted = await postedBy(person, await ask(person, { state: 'x'.repeat(3001) }))
    assert.equal(posted.get('error'), 'invalid_request')
    const { location = '' } = await ask(person, { state: '€'.repeat(4096) })
    assert.match(location, /^https:\/\/app\.example\.org\/cb[^#]*#error=invalid_request&/)
    const longest = { nonce: 'n'.repeat(1500), state: 's'.repeat(1500), response_type: 'code id_token token' }
    assert.ok((await postedBy(person, await ask(person, longest))).has('id_token'))
  })

  test('the answer opens in no other browser, not changed, and not after a minute', async () => {
    const person = await signedIn()
    const { location = '' } = await ask(person)
    assert.equal((await app.person().send(location)).status, 410)
    assert.equal((await person.send(`${location}A`)).status, 410)
    assert.equal((await person.send('/auth/authorize/answer')).status, 410)
    assert.equal((await person.send('/auth/authorize/answer?form=x')).status, 410)
    assert.equal((await person.send(location)).status, 200)
    app.clock.advance(60_000)
    assert.equal((await person.send(location)).status, 410)
  })
})
