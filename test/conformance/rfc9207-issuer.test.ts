// RFC 9207: the issuer in every authorization response, so that a client knows whose answer it holds (mix-up, §1).
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { SECRET, signedInBrowser, webapp } from '../support/oauth-client.ts'
import type { Person, Visit } from '../support/person.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const MODES = ['query', 'fragment', 'form_post'] as const

describe('RFC 9207: iss', () => {
  let app: StoredApp
  let browser: Person
  before(async () => {
    app = await startStoredApp({ url: 'https://id.example.org' })
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', webapp({}, { grant_types: ['code', 'implicit'] }), SECRET)
    await app.addClient('partner', webapp({}, { first_party: false }), SECRET)
    browser = await signedInBrowser(app)
  })

  const answerIn = async (person: Person, visit: Visit): Promise<URLSearchParams> => {
    if (visit.location?.startsWith('/auth/authorize/answer') === true) {
      const page = await person.follow(visit)
      const posted = new URLSearchParams()
      for (const field of page.page.querySelectorAll('input'))
        posted.append(field.getAttribute('name') ?? '', field.getAttribute('value') ?? '')
      return posted
    }
    const { search, hash } = new URL(visit.location ?? '')
    return new URLSearchParams(hash === '' ? search : hash.slice(1))
  }
  const ask = async (parameters: Readonly<Record<string, string>>, person = browser) => {
    const query = new URLSearchParams({
      client_id: 'mywebapp',
      response_type: 'code',
      scope: 'openid',
      nonce: 'n',
      ...parameters,
    })
    return answerIn(person, await person.send(`/auth/authorize?${query}`))
  }

  test('§2: "MUST include the iss parameter" in every response: each type, each mode, success and error', async () => {
    const types = [
      'code',
      'token',
      'id_token',
      'id_token token',
      'code id_token',
      'code token',
      'code id_token token',
    ]
    for (const response_type of types)
      for (const response_mode of MODES)
        for (const more of [{}, { prompt: 'none login' }, { max_age: 'x' }, { claims: '[' }]) {
          const answer = await ask({ response_type, response_mode, ...more })
          assert.deepEqual(
            answer.getAll('iss'),
            [app.url],
            JSON.stringify({ response_type, response_mode, more }),
          )
        }
    for (const response_mode of MODES) {
      const answer = await ask({ response_mode, prompt: 'none' }, app.person())
      assert.deepEqual([answer.get('error'), answer.get('iss')], ['login_required', app.url])
    }
  })

  test('§2, §2.3: also where a person denied, and never for a client or URI that is not known', async () => {
    for (const response_mode of MODES) {
      const query = new URLSearchParams({ client_id: 'partner', response_type: 'code', response_mode })
      const consent = await browser.visit(`/auth/authorize?${query}`)
      const denied = await browser.submit(consent, { decision: 'deny' }, '/auth/grant')
      const answer = await answerIn(browser, denied)
      assert.deepEqual([answer.get('error'), answer.get('iss')], ['access_denied', app.url])
    }
    for (const wrong of ['client_id=nobody', 'client_id=mywebapp&redirect_uri=https://evil.example.org'])
      assert.equal((await browser.send(`/auth/authorize?response_type=code&${wrong}`)).location, undefined)
  })

  test('§2.4, §3: it is the issuer of the metadata, character by character', async () => {
    const response = await app.fetch(new Request(`${app.url}/.well-known/oauth-authorization-server`))
    const metadata = (await response.json()) as Record<string, unknown>
    assert.equal(metadata.authorization_response_iss_parameter_supported, true)
    assert.equal((await ask({})).get('iss'), metadata.issuer)
  })
})
