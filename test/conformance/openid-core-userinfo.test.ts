// OpenID Connect Core 1.0 §5: claims, userinfo and the claims parameter; titles begin with the certification's module.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import {
  answerOf,
  authorizePath,
  redeem,
  refresh,
  SECRET,
  signedInBrowser,
  userinfo,
  webapp,
} from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const PROFILE = {
  name: 'Ann Archer',
  family_name: 'Archer',
  given_name: 'Ann',
  preferred_username: 'ann',
  profile: 'https://example.org/ann',
  picture: 'https://example.org/ann.png',
  gender: 'female',
  zoneinfo: 'Europe/Berlin',
  locale: 'de-DE',
}
const EMAIL = { email: 'ann@example.org', email_verified: false }
const PHONE = { phone_number: '+49 30 1234', phone_number_verified: false }
const ADDRESS = { address: { street_address: 'Street 1', locality: 'Berlin', country: 'DE' } }

describe('OpenID Connect Core §5', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    const user = await app.rest('PUT', '/User/my-user', {
      userName: 'ann',
      password: 'a password of Ann',
      email: 'ann@example.org',
      name: { givenName: 'Ann', familyName: 'Archer' },
      profileUrl: 'https://example.org/ann',
      photo: 'https://example.org/ann.png',
      gender: 'female',
      timezone: 'Europe/Berlin',
      locale: 'de-DE',
      phoneNumber: '+49 30 1234',
      addresses: [{ streetAddress: 'Street 1', locality: 'Berlin', country: 'DE' }],
      data: { salary: 100_000 },
    })
    assert.equal(user.status, 201)
    await app.addUser({ id: 'bare' })
    await app.addClient('mywebapp', webapp({ refresh_token: true }), SECRET)
    await app.addClient('narrow', webapp({}, { scope: ['openid', 'profile'] }), SECRET)
    await app.addClient('partner', webapp({}, { first_party: false }), SECRET)
  })

  const tokensOf = async (parameters: Readonly<Record<string, string>>, userId = 'my-user') => {
    const browser = await signedInBrowser(app, userId)
    const { location } = await browser.send(authorizePath(parameters))
    const client_id = parameters.client_id ?? 'mywebapp'
    return (await redeem(app, answerOf(location).get('code') ?? '', { client_id })).body
  }
  const told = async ({ access_token }: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const response = await userinfo(app, { authorization: `Bearer ${access_token}` })
    assert.equal(response.status, 200)
    assert.match(response.headers.get('content-type') ?? '', /^application\/json/)
    const { updated_at, ...claims } = (await response.json()) as Record<string, unknown>
    assert.ok(updated_at === undefined || Number.isInteger(updated_at), '§5.1: seconds')
    return claims
  }

  for (const [module, scope, expected] of [
    ['oidcc-server', 'openid', {}],
    ['oidcc-scope-profile', 'openid profile', PROFILE],
    ['oidcc-scope-email', 'openid email', EMAIL],
    ['oidcc-scope-address', 'openid address', ADDRESS],
    ['oidcc-scope-phone', 'openid phone', PHONE],
    ['oidcc-scope-all', 'openid profile email address phone', { ...PROFILE, ...EMAIL, ...ADDRESS, ...PHONE }],
  ] as const)
    test(`${module}: §5.4: userinfo tells the claims of "${scope}" and no others, the ID token none of them`, async () => {
      const body = await tokensOf({ scope })
      assert.deepEqual(await told(body), { sub: 'my-user', ...expected })
      const claims = decodeJwt(String(body.id_token))
      for (const name of Object.keys({ ...PROFILE, ...EMAIL, ...ADDRESS, ...PHONE }))
        assert.equal(name in claims, false, name)
    })

  test('OpenID Connect Discovery §3: claims_supported and scopes_supported list what is told, and nothing else', async () => {
    const response = await app.fetch(new Request(`${app.url}/.well-known/openid-configuration`))
    const { claims_supported: claims, scopes_supported: scopes } = (await response.json()) as {
      claims_supported: string[]
      scopes_supported: string[]
    }
    const body = await tokensOf({ scope: scopes.join(' '), nonce: 'n' })
    assert.equal(body.scope, scopes.join(' '))
    const all = {
      ...(await told(body)),
      ...decodeJwt(String(body.id_token)),
      c_hash: 1,
      middle_name: 1,
      updated_at: 1,
    }
    const { jti, ...listed } = all as Record<string, unknown>
    assert.equal(typeof jti, 'string')
    assert.deepEqual(Object.keys(listed).toSorted(), claims.toSorted())
  })

  test('§5.3.2: "If a Claim is not returned, that Claim Name SHOULD be omitted … rather than null"', async () => {
    const claims = await told(await tokensOf({ scope: 'openid profile email address phone' }, 'bare'))
    assert.deepEqual(claims, { sub: 'bare', preferred_username: 'bare' })
  })

  test('oidcc-userinfo-get, -post-header, -post-body: §5.3.1: GET and POST, the token in the header or in a form', async () => {
    const { access_token: token } = await tokensOf({ scope: 'openid email' })
    const authorization = `Bearer ${token}`
    for (const init of [
      { headers: { authorization } },
      { method: 'POST', headers: { authorization } },
      { method: 'POST', body: new URLSearchParams({ access_token: String(token) }) },
    ]) {
      const response = await app.fetch(new Request(`${app.url}/auth/userinfo`, init))
      assert.deepEqual(await response.json(), { sub: 'my-user', ...EMAIL }, JSON.stringify(init))
    }
  })

  test('§12: what a refresh gives tells the same, and less where less was asked for', async () => {
    const { refresh_token } = await tokensOf({
      scope: 'openid email phone',
      claims: '{"userinfo":{"given_name":null}}',
    })
    const form = { grant_type: 'refresh_token', client_id: 'mywebapp', client_secret: SECRET }
    const refreshed = await app.fetch(
      new Request(`${app.url}/auth/token`, {
        method: 'POST',
        body: new URLSearchParams({ ...form, refresh_token: String(refresh_token), scope: 'openid phone' }),
      }),
    )
    const claims = await told((await refreshed.json()) as Record<string, unknown>)
    assert.deepEqual(claims, { sub: 'my-user', ...PHONE, given_name: 'Ann' })
  })

  test('RFC 6749 §6: a refresh that leaves out openid tells less, not the whole User', async () => {
    const { refresh_token } = await tokensOf({ scope: 'openid email' })
    for (const [scope, expected] of [
      ['email', { sub: 'my-user', ...EMAIL }],
      ['openid', { sub: 'my-user' }],
    ] as const) {
      const { body } = await refresh(app, refresh_token, { scope })
      assert.equal(body.scope, scope)
      assert.deepEqual(await told(body), expected, scope)
    }
  })

  test('oidcc-claims-essential: §5.5: claims asked for by name are told where they were asked for', async () => {
    const body = await tokensOf({
      scope: 'openid',
      claims: JSON.stringify({
        userinfo: { name: { essential: true }, email: null, salary: null, sub: null, data: null },
        id_token: {
          email: { essential: true },
          phone_number: {},
          auth_time: { essential: true },
          nickname: null,
        },
        other: { family_name: null },
      }),
    })
    assert.deepEqual(await told(body), { sub: 'my-user', name: 'Ann Archer', email: 'ann@example.org' })
    const claims = decodeJwt(String(body.id_token))
    assert.deepEqual([claims.email, claims.phone_number], ['ann@example.org', '+49 30 1234'])
    assert.equal(typeof claims.auth_time, 'number')
    assert.equal('nickname' in claims || 'name' in claims, false)
  })

  test('§5.5: a client does not get by name what its scopes do not allow it', async () => {
    const body = await tokensOf({
      client_id: 'narrow',
      scope: 'openid',
      claims: '{"userinfo":{"email":{"essential":true},"name":null},"id_token":{"phone_number":null}}',
    })
    assert.deepEqual(await told(body), { sub: 'my-user', name: 'Ann Archer' })
    assert.equal('phone_number' in decodeJwt(String(body.id_token)), false)
  })

  test('§5.5: what is not a claims parameter is invalid_request', async () => {
    const browser = await signedInBrowser(app)
    for (const claims of [
      '{',
      '[]',
      'null',
      '"x"',
      '{"userinfo":[]}',
      '{"id_token":"acr"}',
      '{"userinfo":{"name":true}}',
      '{"userinfo":{"name":{"essential":"yes"}}}',
      '{"id_token":{"acr":{"values":"aal2"}}}',
      '{"id_token":{"sub":{"value":"a"}},"userinfo":{"sub":{"value":"b"}}}',
      `{"userinfo":{"name":{"value":"${'x'.repeat(4096)}"}}}`,
      `${'['.repeat(2000)}${']'.repeat(2000)}`,
    ]) {
      const answer = answerOf((await browser.send(authorizePath({ scope: 'openid', claims }))).location)
      assert.equal(answer.get('error'), 'invalid_request', claims.slice(0, 60))
      assert.match(answer.get('error_description') ?? '', /claims/)
    }
    for (const claims of ['{}', '{"userinfo":null}', '{"__proto__":{"x":1},"id_token":{"constructor":null}}'])
      assert.ok(
        answerOf((await browser.send(authorizePath({ scope: 'openid', claims }))).location).has('code'),
        claims,
      )
  })

  test('§5.5.1: asked about another person by sub, it answers about nobody else', async () => {
    const browser = await signedInBrowser(app)
    for (const claims of [
      '{"id_token":{"sub":{"value":"bare"}}}',
      '{"userinfo":{"sub":{"values":["bare"]}}}',
    ]) {
      const asked = { scope: 'openid', claims, prompt: 'none' }
      assert.equal(
        answerOf((await browser.send(authorizePath(asked))).location).get('error'),
        'login_required',
      )
    }
    const claims = '{"id_token":{"sub":{"value":"my-user"}}}'
    assert.equal(decodeJwt(String((await tokensOf({ scope: 'openid', claims })).id_token)).sub, 'my-user')
  })

  test('without openid, and for the cookie of a browser, it is the User of the API (ADR 12)', async () => {
    const user = await told(await tokensOf({ scope: 'email' }))
    assert.deepEqual([user.id, user.resourceType, user.sub], ['my-user', 'User', 'my-user'])
    assert.deepEqual(user.name, { givenName: 'Ann', familyName: 'Archer' })
    const browser = await signedInBrowser(app)
    assert.equal((JSON.parse((await browser.send('/auth/userinfo')).body) as { id: string }).id, 'my-user')
  })

  test('the userinfo beside a token is the User for a first-party application, and what others asked for', async () => {
    const own = (await tokensOf({ scope: 'openid' })).userinfo as Record<string, unknown>
    assert.deepEqual([own.id, own.email], ['my-user', 'ann@example.org'])
    const browser = await signedInBrowser(app)
    const asked = authorizePath({ client_id: 'partner', scope: 'openid phone' })
    const consent = await browser.visit(asked)
    const { location } = await browser.submit(consent, { decision: 'allow' }, '/auth/grant')
    const { body } = await redeem(app, answerOf(location).get('code') ?? '', { client_id: 'partner' })
    assert.deepEqual(body.userinfo, { sub: 'my-user', ...PHONE })
  })

  test('§5.3.3, RFC 6750 §3.1: no token, a wrong one and one of no person are told apart', async () => {
    const none = await userinfo(app, {})
    assert.equal(none.status, 401)
    assert.equal(/error=/.test(none.headers.get('www-authenticate') ?? ''), false)
    const wrong = await userinfo(app, { authorization: 'Bearer nonsense' })
    assert.equal(wrong.status, 401)
    assert.match(wrong.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
  })
})
