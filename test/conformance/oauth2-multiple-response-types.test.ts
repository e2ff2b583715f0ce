// OAuth 2.0 Multiple Response Type Encoding Practices, OpenID Connect Core §3.2 and §3.3: the implicit and the hybrid flow.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, describe, test } from 'node:test'
import type { JSONWebKeySet } from 'jose'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { redeem, SECRET, signedInBrowser, statusOf } from '../support/oauth-client.ts'
import type { Person } from '../support/person.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const CALLBACK = 'https://app.example.org/cb?app=1'
const NONCE = 'n-0S6_WzA2Mj'

const HYBRID = {
  first_party: true,
  grant_types: ['authorization_code', 'implicit', 'refresh_token'],
  auth: {
    authorization_code: { redirect_uri: CALLBACK, refresh_token: true },
    implicit: { access_token_expiration: 300, token_format: 'jwt' },
  },
}

/** Every type with what its answer holds, and nothing else beside state and iss. */
const TYPES = [
  ['code', ['code']],
  ['token', ['access_token', 'expires_in', 'scope', 'token_type']],
  ['id_token', ['id_token']],
  ['id_token token', ['access_token', 'expires_in', 'id_token', 'scope', 'token_type']],
  ['code id_token', ['code', 'id_token']],
  ['code token', ['access_token', 'code', 'expires_in', 'scope', 'token_type']],
  ['code id_token token', ['access_token', 'code', 'expires_in', 'id_token', 'scope', 'token_type']],
] as const

describe('OAuth 2.0 Multiple Response Types; OpenID Connect Core §3.2, §3.3', () => {
  let app: StoredApp
  let browser: Person
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user', email: 'me@example.org' })
    await app.addClient('hybrid', HYBRID, SECRET)
    await app.addClient('codes', { ...HYBRID, grant_types: ['authorization_code'] }, SECRET)
    await app.addClient('tokens', { ...HYBRID, grant_types: ['implicit'] }, SECRET)
    await app.addClient(
      'apart',
      { ...HYBRID, auth: { ...HYBRID.auth, implicit: { redirect_uris: ['https://page.example.org/a'] } } },
      SECRET,
    )
    await app.addClient('native', {
      ...HYBRID,
      auth: { authorization_code: { redirect_uri: 'com.example.app:/cb' } },
    })
    browser = await signedInBrowser(app)
  })

  const ask = async (parameters: Readonly<Record<string, string>>, from = browser) => {
    const query = new URLSearchParams({
      client_id: 'hybrid',
      scope: 'openid email',
      nonce: NONCE,
      state: 'st',
      ...parameters,
    })
    for (const [name, value] of [...query]) if (value === '') query.delete(name)
    return from.send(`/auth/authorize?${query}`)
  }
  const fragmentOf = (location = ''): URLSearchParams => {
    assert.ok(location.startsWith(`${CALLBACK}#`), location)
    return new URLSearchParams(location.slice(CALLBACK.length + 1))
  }
  const verify = async (idToken: string | null) => {
    const jwks = await app.fetch(new Request(`${app.url}/.well-known/jwks.json`))
    const keys = createLocalJWKSet((await jwks.json()) as JSONWebKeySet)
    const { payload } = await jwtVerify(idToken ?? '', keys, {
      issuer: app.url,
      audience: 'hybrid',
      currentDate: app.clock.now(),
    })
    return payload
  }
  const half = (text: string | null): string =>
    createHash('sha256')
      .update(text ?? '')
      .digest()
      .subarray(0, 16)
      .toString('base64url')

  for (const [type, names] of TYPES.slice(1))
    test(`§3, §5: response_type=${type} answers in the fragment, in any order of its words, with state and iss`, async () => {
      for (const written of [type, type.split(' ').toReversed().join(' ')]) {
        const { location, status } = await ask({ response_type: written })
        assert.equal(status, 303)
        const answer = fragmentOf(location)
        assert.deepEqual([...answer.keys()].toSorted(), [...names, 'iss', 'state'].toSorted())
        assert.deepEqual([answer.get('state'), answer.get('iss')], ['st', app.url])
        if (answer.has('access_token')) {
          assert.deepEqual([answer.get('token_type'), answer.get('expires_in')], ['Bearer', '300'])
          assert.equal(await statusOf(app, answer.get('access_token')), 200)
        }
      }
    })

  test('Core §3.2.2.10, §3.3.2.11: the ID token is bound to nonce, access token (at_hash) and code (c_hash)', async () => {
    for (const [type] of TYPES.filter(([written]) => written.includes('id_token'))) {
      const answer = fragmentOf((await ask({ response_type: type })).location)
      const claims = await verify(answer.get('id_token'))
      assert.equal(claims.nonce, NONCE, type)
      assert.equal(claims.at_hash, answer.has('access_token') ? half(answer.get('access_token')) : undefined)
      assert.equal(claims.c_hash, answer.has('code') ? half(answer.get('code')) : undefined)
      assert.equal(claims.sub, 'my-user')
      assert.equal(typeof claims.sid, 'string')
      assert.equal(claims.email, type === 'id_token' ? 'me@example.org' : undefined, '§5.4')
    }
  })

  test('Core §3.3.3: the code of a hybrid answer is redeemed for an ID token with the same iss, sub and nonce', async () => {
    const answer = fragmentOf((await ask({ response_type: 'code id_token token' })).location)
    const first = await verify(answer.get('id_token'))
    const { body } = await redeem(app, answer.get('code') ?? '', { client_id: 'hybrid' })
    const second = await verify(String(body.id_token))
    for (const claim of ['iss', 'sub', 'nonce', 'auth_time'] as const)
      assert.deepEqual(second[claim], first[claim])
    assert.equal(second.at_hash, half(String(body.access_token)))
    assert.equal(typeof body.refresh_token, 'string')
  })

  test('a hybrid code used twice ends the access token that came beside it, and signing out the one without a code', async () => {
    const person = await signedInBrowser(app)
    const hybrid = fragmentOf((await ask({ response_type: 'code token' }, person)).location)
    const implicit = fragmentOf((await ask({ response_type: 'token' }, person)).location)
    const code = hybrid.get('code') ?? ''
    await redeem(app, code, { client_id: 'hybrid' })
    assert.equal(await statusOf(app, hybrid.get('access_token')), 200)
    assert.equal((await redeem(app, code, { client_id: 'hybrid' })).body.error, 'invalid_grant')
    assert.equal(await statusOf(app, hybrid.get('access_token')), 401)
    assert.equal(await statusOf(app, implicit.get('access_token')), 200)
    await person.submit(await person.visit('/auth/logout'), {})
    assert.equal(await statusOf(app, implicit.get('access_token')), 401)
  })

  test('RFC 6749 §4.2.2: "The authorization server MUST NOT issue a refresh token"', async () => {
    const answer = fragmentOf(
      (await ask({ response_type: 'token', scope: 'openid offline_access' })).location,
    )
    assert.equal(answer.has('refresh_token'), false)
    assert.equal(
      answer.get('scope'),
      'openid',
      'Core §11: offline_access is ignored where no code is asked for',
    )
  })

  test('§2.1, §3: "the fragment encoding MUST be used" for tokens: response_mode=query is an error, in the fragment', async () => {
    for (const type of ['token', 'id_token', 'code id_token', 'code token']) {
      const answer = fragmentOf((await ask({ response_type: type, response_mode: 'query' })).location)
      assert.equal(answer.get('error'), 'invalid_request', type)
      assert.deepEqual([answer.get('state'), answer.get('iss')], ['st', app.url])
    }
    const { location } = await ask({ response_type: 'code', response_mode: 'fragment' })
    assert.ok(fragmentOf(location).has('code'))
  })

  test('Core §3.2.2.1, §3.3.2.1: nonce and the scope openid are required for an ID token through the browser', async () => {
    for (const [type] of TYPES.filter(([written]) => written.includes('id_token')))
      for (const lacking of [{ nonce: '' }, { scope: '' }, { scope: 'email' }])
        assert.equal(
          fragmentOf((await ask({ response_type: type, ...lacking })).location).get('error'),
          'invalid_request',
        )
    for (const type of ['token', 'code token'])
      assert.ok(
        fragmentOf((await ask({ response_type: type, nonce: '', scope: 'x' })).location).has('access_token'),
      )
  })

  test('only a client that lists the grant types gets what they issue: unauthorized_client, and no token in an error', async () => {
    for (const [client, types] of [
      [
        'codes',
        ['token', 'id_token', 'id_token token', 'code token', 'code id_token', 'code id_token token'],
      ],
      ['tokens', ['code token', 'code id_token', 'code id_token token']],
    ] as const)
      for (const type of types) {
        const answer = fragmentOf((await ask({ client_id: client, response_type: type })).location)
        assert.deepEqual([...answer.keys()].toSorted(), ['error', 'error_description', 'iss', 'state'])
        assert.equal(answer.get('error'), 'unauthorized_client', type)
      }
    const { location } = await ask({ client_id: 'tokens', response_type: 'code' })
    assert.match(location ?? '', /^https:\/\/app\.example\.org\/cb\?app=1&error=unauthorized_client&/)
    assert.ok(
      fragmentOf((await ask({ client_id: 'tokens', response_type: 'token' })).location).has('access_token'),
    )
  })

  test('each flow has its own redirect URIs where a client registers them apart', async () => {
    for (const [type, uri, isRight] of [
      ['token', 'https://page.example.org/a', true],
      ['token', CALLBACK, false],
      ['id_token', CALLBACK, false],
      ['code', CALLBACK, true],
      ['code token', CALLBACK, true],
      ['code', 'https://page.example.org/a', false],
      ['code token', 'https://page.example.org/a', false],
    ] as const) {
      const visit = await ask({ client_id: 'apart', response_type: type, redirect_uri: uri })
      assert.equal(visit.status, isRight ? 303 : 400, `${type} ${uri}`)
      assert.equal(visit.location?.startsWith(uri) ?? false, isRight)
    }
  })

  test('every error of a request for tokens goes into the fragment, also prompt=none and a denial', async () => {
    for (const [parameters, error] of [
      [{ scope: 'a"b' }, 'invalid_scope'],
      [{ prompt: 'sometimes' }, 'invalid_request'],
      [{ max_age: 'x' }, 'invalid_request'],
      [{ request: 'a.b.c' }, 'request_not_supported'],
    ] as const)
      assert.equal(
        fragmentOf((await ask({ response_type: 'id_token token', ...parameters })).location).get('error'),
        error,
      )
    const { location } = await ask({ response_type: 'token', prompt: 'none' }, app.person())
    assert.equal(fragmentOf(location).get('error'), 'login_required')
    const unsupported = await ask({ response_type: 'token code_token' })
    assert.equal(fragmentOf(unsupported.location).get('error'), 'unsupported_response_type')
  })

  test('PKCE guards codes: a hybrid request of a client without secret needs it, an implicit one has nothing to guard', async () => {
    const uri = 'com.example.app:/cb'
    const { location } = await ask({ client_id: 'native', response_type: 'code token' })
    assert.match(location ?? '', /^com\.example\.app:\/cb#error=invalid_request&/)
    const implicit = await ask({ client_id: 'native', response_type: 'token', redirect_uri: uri })
    assert.match(implicit.location ?? '', /^com\.example\.app:\/cb#token_type=Bearer&/)
  })
})
