// The modules of the plans oidcc-basic-certification-test-plan and oidcc-formpost-basic-certification-test-plan, each in
// both ways that an answer can take. docs/conformance.md has the whole list.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, describe, test } from 'node:test'
import { decodeProtectedHeader } from 'jose'
import type { Suite } from '../support/certification.ts'
import { CLAIMS, createSuite, prepareSuite, SUITE_CALLBACK } from '../support/certification.ts'
import { basic, postToken, SECRET, statusOf } from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

for (const mode of ['query', 'form_post'] as const)
  describe(`OpenID Connect certification, Basic OP, response_mode=${mode}`, () => {
    let app: StoredApp
    let suite: Suite
    before(async () => {
      app = await startStoredApp()
      await prepareSuite(app)
      suite = createSuite(app, mode)
    })
    const bearer = (token: unknown): { readonly authorization: string } => ({
      authorization: `Bearer ${token}`,
    })
    const isRefused = (answer: URLSearchParams, error: string): void => {
      assert.equal(answer.get('error'), error)
      assert.match(answer.get('state') ?? '', /^state-/)
      assert.equal(answer.get('iss'), app.url)
      assert.equal(answer.get('code'), null)
    }

    test('oidcc-server: a code of enough entropy, a token answer, an ID token that holds, the same sub at userinfo', async () => {
      const { answer, tokens, claims } = await suite.signIn(app.person())
      assert.deepEqual([...answer.keys()].sort(), ['code', 'iss', 'state'])
      assert.match(answer.get('code') ?? '', /^[\w-]{22,}$/)
      assert.match(String(tokens.access_token), /^[\w.~+/-]+=*$/)
      assert.equal(String(tokens.token_type).toLowerCase(), 'bearer')
      assert.match(String(claims.nonce), /^nonce-/)
      const digest = createHash('sha256').update(String(tokens.access_token)).digest()
      assert.equal(claims.at_hash, digest.subarray(0, 16).toString('base64url'))
      const user = await suite.userinfo({ headers: bearer(tokens.access_token) })
      assert.equal(user.sub, claims.sub)
      for (const claim of Object.values(CLAIMS).flat()) assert.equal(claim in claims, false, claim)
    })

    test('oidcc-response-type-missing: told to the client, or on a page', async () => {
      isRefused(suite.callbackOf(await suite.ask(app.person(), { response_type: '' })), 'invalid_request')
    })

    test('oidcc-idtoken-signature: RS256 by default, by the published key of that kid', async () => {
      const { tokens } = await suite.signIn(app.person())
      const { alg, kid } = decodeProtectedHeader(String(tokens.id_token))
      assert.equal(alg, 'RS256')
      const jwks = await app.fetch(new Request(`${app.url}/.well-known/jwks.json`))
      const { keys } = (await jwks.json()) as { keys: { kid: string; alg: string }[] }
      assert.equal(keys.find((key) => key.kid === kid)?.alg, 'RS256')
    })

    test('oidcc-idtoken-unsigned: no client can register alg none', async () => {
      const answer = await app.rest('PUT', '/Client/unsigned', { id_token_signed_response_alg: 'none' })
      assert.equal(answer.status, 422)
    })

    test('oidcc-userinfo-get, oidcc-userinfo-post-header, oidcc-userinfo-post-body: the same answer by each way', async () => {
      const { tokens } = await suite.signIn(app.person(), { scope: 'openid email' })
      const headers = bearer(tokens.access_token)
      const got = await suite.userinfo({ headers })
      assert.equal(got.sub, 'ada')
      assert.deepEqual(await suite.userinfo({ method: 'POST', headers }), got)
      const body = new URLSearchParams({ access_token: String(tokens.access_token) })
      assert.deepEqual(await suite.userinfo({ method: 'POST', body }), got)
    })

    test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow: and the ID token has none', async () => {
      const { claims } = await suite.signIn(app.person(), { nonce: '' })
      assert.equal('nonce' in claims, false)
    })

    test('oidcc-scope-profile, oidcc-scope-email, oidcc-scope-address, oidcc-scope-phone, oidcc-scope-all: claims of userinfo and of nothing else', async () => {
      const scopes = Object.keys(CLAIMS) as (keyof typeof CLAIMS)[]
      const browser = app.person()
      for (const asked of [...scopes.map((scope) => [scope]), scopes]) {
        const { tokens, claims } = await suite.signIn(browser, { scope: ['openid', ...asked].join(' ') })
        const user = await suite.userinfo({ headers: bearer(tokens.access_token) })
        for (const scope of scopes)
          for (const claim of CLAIMS[scope]) {
            assert.equal(claim in claims, false, `${claim} in the ID token`)
            if (!asked.includes(scope)) assert.equal(claim in user, false, `${claim} without ${scope}`)
          }
        if (asked.includes('profile')) {
          assert.equal(user.name, 'Ada King Lovelace')
          assert.equal(user.family_name, 'Lovelace')
          assert.equal(typeof user.updated_at, 'number')
        }
        if (asked.includes('email')) {
          assert.equal(user.email, 'ada@example.org')
          assert.equal(typeof user.email_verified, 'boolean')
        }
        if (asked.includes('address'))
          assert.equal((user.address as Record<string, unknown>).locality, 'London')
        if (asked.includes('phone')) {
          assert.equal(user.phone_number, '+44 20 7946 0000')
          assert.equal(typeof user.phone_number_verified, 'boolean')
        }
      }
    })

    test('oidcc-claims-essential: name is told where it was asked for', async () => {
      const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
      const { tokens } = await suite.signIn(app.person(), { claims })
      const user = await suite.userinfo({ headers: bearer(tokens.access_token) })
      assert.equal(user.name, 'Ada King Lovelace')
      assert.equal('email' in user, false)
    })

    test('oidcc-alternate-happy-flow: scopes and parameters in another order', async () => {
      const browser = app.person()
      const query = [...suite.requestOf({ scope: 'email profile openid' })].reverse()
      const visit = await browser.visit(`/auth/authorize?${new URLSearchParams(query)}`)
      const answer = suite.callbackOf(await suite.enterPassword(browser, visit))
      const { body } = await suite.redeem(answer.get('code'))
      assert.equal((await suite.verify(body.id_token)).sub, 'ada')
    })

    for (const [name, value] of [
      ['display', 'page'],
      ['display', 'popup'],
      ['ui_locales', 'se'],
      ['claims_locales', 'se'],
      ['extra', 'foobar'],
    ] as const)
      test(`oidcc-display-page, oidcc-display-popup, oidcc-ui-locales, oidcc-claims-locales, oidcc-ensure-request-with-unknown-parameter-succeeds: ${name}=${value}`, async () => {
        await suite.signIn(app.person(), { [name]: value })
      })

    test('oidcc-login-hint: the sign-in page has the name already', async () => {
      const browser = app.person()
      const visit = await suite.ask(browser, { login_hint: 'ada' })
      assert.equal(visit.page.querySelector('input[name=username]')?.getAttribute('value'), 'ada')
      suite.callbackOf(await suite.enterPassword(browser, visit))
    })

    test('oidcc-ensure-request-with-acr-values-succeeds: what was reached is told, though nobody has a class 1 or 2', async () => {
      const { claims } = await suite.signIn(app.person(), { acr_values: '1 2' })
      assert.equal(claims.acr, 'aal1')
    })

    test('oidcc-prompt-login: asks again in a live session, and auth_time is later', async () => {
      const browser = app.person()
      const first = await suite.signIn(browser)
      app.clock.advance(2000)
      const visit = await suite.ask(browser, { prompt: 'login' })
      const answer = suite.callbackOf(await suite.enterPassword(browser, visit))
      const { body } = await suite.redeem(answer.get('code'))
      const again = await suite.verify(body.id_token)
      assert.equal(again.sub, first.claims.sub)
      assert(Number(again.auth_time) > Number(first.claims.auth_time))
    })

    test('oidcc-prompt-none-not-logged-in: login_required, and no page', async () => {
      const visit = await suite.ask(app.person(), { prompt: 'none' })
      assert.equal(suite.isSignInPage(visit), false)
      isRefused(suite.callbackOf(visit), 'login_required')
    })

    test('oidcc-prompt-none-logged-in: a code without a page, for the same sub and auth_time', async () => {
      const browser = app.person()
      const first = await suite.signIn(browser)
      app.clock.advance(2000)
      const answer = suite.callbackOf(await suite.ask(browser, { prompt: 'none' }))
      const { body } = await suite.redeem(answer.get('code'))
      const again = await suite.verify(body.id_token)
      assert.deepEqual([again.sub, again.auth_time], [first.claims.sub, first.claims.auth_time])
    })

    test('oidcc-max-age-1: asks again when more than a second has passed, and auth_time is newer', async () => {
      const browser = app.person()
      const first = await suite.signIn(browser, { max_age: '1' })
      app.clock.advance(2000)
      const visit = await suite.ask(browser, { max_age: '1' })
      const answer = suite.callbackOf(await suite.enterPassword(browser, visit))
      const { body } = await suite.redeem(answer.get('code'))
      const again = await suite.verify(body.id_token)
      assert(Number(again.auth_time) > Number(first.claims.auth_time))
    })

    test('oidcc-max-age-10000: does not ask, and auth_time stays', async () => {
      const browser = app.person()
      const first = await suite.signIn(browser)
      app.clock.advance(2000)
      const answer = suite.callbackOf(await suite.ask(browser, { max_age: '10000' }))
      const { body } = await suite.redeem(answer.get('code'))
      assert.equal((await suite.verify(body.id_token)).auth_time, first.claims.auth_time)
    })

    test('oidcc-id-token-hint: prompt=none for the same person succeeds', async () => {
      const browser = app.person()
      const { tokens, claims } = await suite.signIn(browser)
      const hint = { prompt: 'none', id_token_hint: String(tokens.id_token) }
      const { body } = await suite.redeem(suite.callbackOf(await suite.ask(browser, hint)).get('code'))
      assert.equal((await suite.verify(body.id_token)).sub, claims.sub)
    })

    for (const seconds of [0, 31])
      test(`oidcc-codereuse, oidcc-codereuse-30seconds: after ${seconds} seconds invalid_grant, and the first token ends`, async () => {
        const answer = await suite.authorize(app.person())
        const { body } = await suite.redeem(answer.get('code'))
        assert.equal(await statusOf(app, body.access_token), 200)
        app.clock.advance(seconds * 1000)
        const again = await suite.redeem(answer.get('code'))
        assert.deepEqual([again.status, again.body.error], [400, 'invalid_grant'])
        assert.equal(await statusOf(app, body.access_token), 401)
      })

    test('oidcc-ensure-registered-redirect-uri: a page says so, and nobody is sent anywhere', async () => {
      for (const uri of ['https://suite.example.org/', `${SUITE_CALLBACK}&more=1`, `${SUITE_CALLBACK}/x`]) {
        const visit = await suite.ask(app.person(), { redirect_uri: uri })
        assert.deepEqual([visit.status, visit.location], [400, undefined], uri)
        assert.equal(visit.page.querySelector('form'), null)
      }
    })

    test('oidcc-ensure-post-request-succeeds: the request as a form', async () => {
      const browser = app.person()
      const sent = await browser.send('/auth/authorize', {
        method: 'POST',
        body: suite.requestOf({}).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://suite.example.org' },
      })
      const answer = suite.callbackOf(await suite.enterPassword(browser, await browser.follow(sent)))
      assert.equal((await suite.redeem(answer.get('code'))).status, 200)
    })

    test('oidcc-server-client-secret-post: as client_secret_basic', async () => {
      const browser = app.person()
      assert.equal((await suite.redeem((await suite.authorize(browser)).get('code'))).status, 200)
      const code = (await suite.authorize(browser)).get('code') ?? ''
      const parameters = { grant_type: 'authorization_code', redirect_uri: SUITE_CALLBACK, code }
      assert.equal((await postToken(app, parameters, basic('client', SECRET))).status, 200)
    })

    test('oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported, oidcc-ensure-request-object-with-redirect-uri: request_not_supported', async () => {
      const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(
        JSON.stringify({ redirect_uri: 'https://other.example.org/', state: 'of the object' }),
      ).toString('base64url')}.`
      isRefused(
        suite.callbackOf(await suite.ask(app.person(), { request: unsigned })),
        'request_not_supported',
      )
    })

    test('oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: request_uri_not_supported', async () => {
      const request_uri = 'https://suite.example.org/request'
      isRefused(suite.callbackOf(await suite.ask(app.person(), { request_uri })), 'request_uri_not_supported')
    })

    test('oidcc-refresh-token: the same person again, and another client gets nothing', async () => {
      const { tokens, claims } = await suite.signIn(app.person(), { scope: 'openid offline_access' })
      assert.match(String(tokens.refresh_token), /^[\x20-\x7e]+$/)
      const refresh = { grant_type: 'refresh_token', refresh_token: String(tokens.refresh_token) }
      const foreign = await postToken(app, refresh, basic('client2', SECRET))
      assert.deepEqual([foreign.status, foreign.body.error], [400, 'invalid_grant'])
      app.clock.advance(2000)
      const { body } = await postToken(app, refresh, basic('client', SECRET))
      const again = await suite.verify(body.id_token)
      for (const claim of ['iss', 'sub', 'aud', 'auth_time'] as const)
        assert.deepEqual(again[claim], claims[claim], claim)
      assert(again.nonce === undefined || again.nonce === claims.nonce)
    })

    test('oidcc-ensure-request-with-valid-pkce-succeeds: S256', async () => {
      const answer = await suite.authorize(app.person(), {
        code_challenge: CHALLENGE,
        code_challenge_method: 'S256',
      })
      const { status } = await suite.redeem(answer.get('code'), { code_verifier: VERIFIER })
      assert.equal(status, 200)
    })
  })
