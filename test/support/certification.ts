// The certification suite of the OpenID Foundation as far as its modules go over HTTP: one relying party and one browser.
import assert from 'node:assert/strict'
import type { JSONWebKeySet, JWTPayload } from 'jose'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { postToken, SECRET } from './oauth-client.ts'
import type { Person, Visit } from './person.ts'
import type { StoredApp } from './stored-app.ts'

/** With a query of its own, as the suite registers it. */
export const SUITE_CALLBACK =
  'https://suite.example.org/test/a/countersign/callback?dummy1=lorem&dummy2=ipsum'
export const SUITE_PASSWORD = 'password of the suite'

/** What a scope adds to userinfo (OpenID Connect Core §5.4). */
export const CLAIMS = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
} as const

export type SuiteMode = 'query' | 'form_post'

/** Registers client and client2 and the person who signs in. */
export const prepareSuite = async (app: StoredApp): Promise<void> => {
  const document = {
    first_party: true,
    grant_types: ['authorization_code', 'refresh_token', 'implicit'],
    auth: { authorization_code: { redirect_uri: SUITE_CALLBACK, refresh_token: true } },
  }
  await app.addClient('client', document, SECRET)
  await app.addClient('client2', document, SECRET)
  const response = await app.rest('PUT', '/User/ada', { password: SUITE_PASSWORD, ...PERSON })
  assert.equal(response.status, 201)
}

/** Everything that the standard scopes can ask for. */
const PERSON = {
  userName: 'ada.l',
  name: { formatted: 'Ada King Lovelace', givenName: 'Ada', middleName: 'King', familyName: 'Lovelace' },
  displayName: 'Ada',
  gender: 'female',
  timezone: 'Europe/London',
  locale: 'en-GB',
  profileUrl: 'https://example.org/ada',
  photo: 'https://example.org/ada.png',
  email: 'ada@example.org',
  phoneNumber: '+44 20 7946 0000',
  addresses: [{ streetAddress: '12 St James Square', locality: 'London', postalCode: 'SW1Y', country: 'GB' }],
}

export type Suite = ReturnType<typeof createSuite>

export const createSuite = (app: StoredApp, mode: SuiteMode) => {
  let requests = 0

  /** One request, before anything is answered; an empty value leaves a parameter out. */
  const ask = (browser: Person, parameters: Readonly<Record<string, string>> = {}): Promise<Visit> => {
    const query = requestOf(parameters)
    return browser.visit(`/auth/authorize?${query}`)
  }

  const requestOf = (parameters: Readonly<Record<string, string>>): URLSearchParams => {
    requests += 1
    const query = new URLSearchParams({
      client_id: 'client',
      response_type: 'code',
      scope: 'openid',
      redirect_uri: SUITE_CALLBACK,
      state: `state-${requests}`,
      nonce: `nonce-${requests}`,
      ...(mode === 'query' ? {} : { response_mode: mode }),
      ...parameters,
    })
    for (const [name, value] of [...query]) if (value === '') query.delete(name)
    return query
  }

  const isSignInPage = (visit: Visit): boolean => visit.page.querySelector('input[name=password]') !== null

  const enterPassword = async (browser: Person, visit: Visit, username = 'ada'): Promise<Visit> => {
    assert(isSignInPage(visit), `no sign-in page at ${visit.url}: ${visit.body.slice(0, 500)}`)
    return browser.follow(await browser.submit(visit, { username, password: SUITE_PASSWORD }, '/auth/login'))
  }

  /** What reached the callback, in the way that was asked for and in no other. */
  const callbackOf = (visit: Visit): URLSearchParams => {
    if (mode === 'query') {
      const { location = '' } = visit
      assert(location.startsWith(`${SUITE_CALLBACK}&`), `not sent back: ${visit.status} ${location}`)
      return new URLSearchParams(location.slice(SUITE_CALLBACK.length + 1))
    }
    assert.equal(visit.location, undefined)
    assert.equal(visit.headers.get('cache-control'), 'no-store')
    const form = visit.page.querySelector('form[method=post]')
    assert.equal(decode(form?.getAttribute('action')), SUITE_CALLBACK, visit.body)
    return new URLSearchParams(
      form
        ?.querySelectorAll('input[type=hidden]')
        .map((input) => [decode(input.getAttribute('name')), decode(input.getAttribute('value'))]),
    )
  }

  /** From the request to the answer, signing in where asked. */
  const authorize = async (
    browser: Person,
    parameters: Readonly<Record<string, string>> = {},
  ): Promise<URLSearchParams> => {
    const visit = await ask(browser, parameters)
    return callbackOf(isSignInPage(visit) ? await enterPassword(browser, visit) : visit)
  }

  const redeem = (code: string | null, parameters: Readonly<Record<string, string>> = {}) =>
    postToken(app, {
      grant_type: 'authorization_code',
      client_id: 'client',
      client_secret: SECRET,
      redirect_uri: SUITE_CALLBACK,
      code: code ?? '',
      ...parameters,
    })

  const verify = async (idToken: unknown, audience = 'client'): Promise<JWTPayload> => {
    const jwks = await app.fetch(new Request(`${app.url}/.well-known/jwks.json`))
    const keys = createLocalJWKSet((await jwks.json()) as JSONWebKeySet)
    const { payload } = await jwtVerify(String(idToken), keys, {
      issuer: app.url,
      audience,
      algorithms: ['RS256'],
      currentDate: app.clock.now(),
      requiredClaims: ['sub', 'iat', 'exp'],
    })
    return payload
  }

  /** Authorizes, redeems and checks the ID token. */
  const signIn = async (browser: Person, parameters: Readonly<Record<string, string>> = {}) => {
    const answer = await authorize(browser, parameters)
    const { status, body } = await redeem(answer.get('code'))
    assert.equal(status, 200, JSON.stringify(body))
    return { answer, tokens: body, claims: await verify(body.id_token) }
  }

  const userinfo = async (init: RequestInit): Promise<Record<string, unknown>> => {
    const response = await app.fetch(new Request(`${app.url}/auth/userinfo`, init))
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
    return (await response.json()) as Record<string, unknown>
  }

  return {
    ask,
    requestOf,
    isSignInPage,
    enterPassword,
    callbackOf,
    authorize,
    redeem,
    verify,
    signIn,
    userinfo,
  }
}

const decode = (text: string | undefined): string => text ?? ''
