import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import {
  answerOf,
  authorizePath,
  MYWEBAPP,
  obtainCode,
  redeem,
  SECRET,
  signedInBrowser,
  statusOf,
  webapp,
} from '../support/oauth-client.ts'
import type { Person } from '../support/person.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const AFTERWARDS = 'https://app.example.org/signed-out?from=here'

describe('OpenID Connect RP-Initiated Logout 1.0', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user' })
    await app.addUser({ id: 'other' })
    await app.addClient('mywebapp', { ...MYWEBAPP, post_logout_redirect_uris: [AFTERWARDS] }, SECRET)
    await app.addClient(
      'another',
      webapp({}, { post_logout_redirect_uris: ['https://another.example'] }),
      SECRET,
    )
  })

  const signedIn = async (userId?: string) => {
    const browser = await signedInBrowser(app, userId)
    const { body } = await redeem(app, await obtainCode(app, { scope: 'openid' }, browser))
    return { browser, idToken: String(body.id_token), accessToken: body.access_token }
  }
  const logout = (browser: Person, parameters: Readonly<Record<string, string>>) =>
    browser.send(`/auth/end-session?${new URLSearchParams(parameters)}`)
  const isSignedIn = async (browser: Person): Promise<boolean> => {
    const { location } = await browser.clone().send(authorizePath({ prompt: 'none' }))
    return answerOf(location).get('error') !== 'login_required'
  }
  const assertAsked = async (browser: Person, parameters: Readonly<Record<string, string>>) => {
    const page = await browser.visit(`/auth/end-session?${new URLSearchParams(parameters)}`)
    assert.equal(page.status, 200)
    assert.match(page.body, /Sign out\?/)
    assert.equal(await isSignedIn(browser), true, 'nothing happened yet')
    return page
  }

  test('oidcc-rp-initiated-logout-discovery-endpoint-verification: end_session_endpoint is advertised', async () => {
    const response = await app.fetch(new Request(`${app.url}/.well-known/openid-configuration`))
    const metadata = (await response.json()) as Record<string, unknown>
    assert.equal(metadata.end_session_endpoint, `${app.url}/auth/end-session`)
  })

  test('oidcc-rp-initiated-logout: the browser goes to the registered address with the state, and the session is over', async () => {
    const { browser, idToken, accessToken } = await signedIn()
    const { status, location } = await logout(browser, {
      id_token_hint: idToken,
      post_logout_redirect_uri: AFTERWARDS,
      state: 'a&b=c',
    })
    assert.deepEqual([status, location], [303, `${AFTERWARDS}&state=a%26b%3Dc`])
    assert.equal(await isSignedIn(browser), false)
    assert.equal(await statusOf(app, accessToken), 401)
  })

  test('§2: "OpenID Providers MUST support the use of the HTTP GET and POST methods", with a hint of any length', async () => {
    const photo = `data:image/png;base64,${'A'.repeat(14_000)}`
    assert.equal((await app.rest('PUT', '/User/pictured', { photo })).status, 201)
    const browser = await signedInBrowser(app, 'pictured')
    const claims = JSON.stringify({ id_token: { picture: null } })
    const { body } = await redeem(app, await obtainCode(app, { scope: 'openid', claims }, browser))
    const post = (parameters: Readonly<Record<string, string>>) =>
      browser.send('/auth/end-session', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `${new URLSearchParams({ id_token_hint: String(body.id_token), ...parameters })}`,
      })
    const { location = '' } = await post({ post_logout_redirect_uri: AFTERWARDS, state: 's' })
    assert.deepEqual(Object.fromEntries(new URL(location, app.url).searchParams), {
      client_id: 'mywebapp',
      post_logout_redirect_uri: AFTERWARDS,
      state: 's',
    })
    const page = await browser.visit(location)
    const done = await browser.submit(page, {}, '/auth/end-session/confirm')
    assert.equal(done.location, `${AFTERWARDS}&state=s`)
    assert.equal(await isSignedIn(browser), false)
    assert.equal((await post({ state: 's'.repeat(9000) })).status, 400)
  })

  test('oidcc-rp-initiated-logout-no-state: without a state there is none', async () => {
    const { browser, idToken } = await signedIn()
    const { location } = await logout(browser, {
      id_token_hint: idToken,
      post_logout_redirect_uri: AFTERWARDS,
      client_id: 'mywebapp',
    })
    assert.equal(location, AFTERWARDS)
  })

  test('oidcc-rp-initiated-logout-bad-post-logout-redirect-uri, -query-added-to-post-logout-redirect-uri: "MUST NOT perform post-logout redirection"', async () => {
    const { browser, idToken } = await signedIn()
    for (const uri of [
      'https://evil.example/',
      `${AFTERWARDS}&more=1`,
      AFTERWARDS.replace('?from=here', ''),
      AFTERWARDS.toUpperCase(),
      'https://another.example',
      'javascript:alert(1)',
    ]) {
      const { status, location, body } = await logout(browser, {
        id_token_hint: idToken,
        post_logout_redirect_uri: uri,
      })
      assert.deepEqual([status, location], [400, undefined], uri)
      assert.match(body, /post_logout_redirect_uri/)
    }
    assert.equal(await isSignedIn(browser), true)
  })

  test('oidcc-rp-initiated-logout-bad-id-token-hint, -modified-id-token-hint: no foreign signature, no alg none, no other token', async () => {
    const { browser, idToken, accessToken } = await signedIn()
    const [head = '', claims = '', signature = ''] = idToken.split('.')
    const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
    const { kid } = JSON.parse(Buffer.from(head, 'base64url').toString()) as { kid: string }
    const payload = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>
    const foreign = await new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
    const jwks = await app.fetch(new Request(`${app.url}/.well-known/jwks.json`))
    const [ours] = ((await jwks.json()) as { keys: readonly { n: string }[] }).keys
    const confused = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'HS256', kid })
      .sign(Buffer.from(ours?.n ?? '', 'base64url'))
    const smuggled = await new SignJWT(payload)
      .setProtectedHeader({ alg: 'RS256', kid, jwk: await exportJWK(publicKey) })
      .sign(privateKey)
    for (const hint of [
      foreign,
      confused,
      smuggled,
      `${none}.${claims}.`,
      `${none}.${claims}.${signature}`,
      `${head}.${claims}.${signature.slice(0, -4)}AAAA`,
      `${head}.${Buffer.from(JSON.stringify({ ...payload, sub: 'other' })).toString('base64url')}.${signature}`,
      String(accessToken),
      'nonsense',
      'x'.repeat(20_000),
    ]) {
      const { status, location, body } = await browser
        .send('/auth/end-session', {
          method: 'POST',
          body: new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: AFTERWARDS }).toString(),
          headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://app.example.org' },
        })
        .then((visit) => (visit.location === undefined ? visit : browser.send(visit.location)))
      assert.deepEqual([status, location], [400, undefined], hint.slice(0, 60))
      assert.match(body, /id_token_hint/)
    }
    assert.equal(await isSignedIn(browser), true)
  })

  test('RFC 8725 §3.11: an access token of another client, made out to this one, is no hint', async () => {
    await app.addClient('api', webapp({ token_format: 'jwt', audience: ['mywebapp'] }), SECRET)
    const { browser } = await signedIn()
    const code = await obtainCode(app, { client_id: 'api' }, browser)
    const { access_token: hint } = (await redeem(app, code, { client_id: 'api' })).body
    const { status, body } = await logout(browser, { id_token_hint: String(hint) })
    assert.equal(status, 400)
    assert.match(body, /id_token_hint/)
    assert.equal(await isSignedIn(browser), true)
  })

  test('oidcc-rp-initiated-logout-no-id-token-hint: nobody vouches for the address, so nothing is done', async () => {
    const { browser } = await signedIn()
    const { status, location } = await logout(browser, { post_logout_redirect_uri: AFTERWARDS })
    assert.deepEqual([status, location], [400, undefined])
    assert.equal(await isSignedIn(browser), true)
  })

  test('with a client_id alone the person is asked, and then sent to the address of that client', async () => {
    const { browser } = await signedIn()
    const page = await assertAsked(browser, {
      client_id: 'mywebapp',
      post_logout_redirect_uri: AFTERWARDS,
      state: 's1',
    })
    assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self' https:;/)
    const done = await browser.submit(page, {})
    assert.deepEqual([done.status, done.location], [303, `${AFTERWARDS}&state=s1`])
    assert.equal(await isSignedIn(browser), false)
  })

  test('oidcc-rp-initiated-logout-no-params, -only-state, -no-post-logout-redirect-uri: asked, signed out, told so on our page', async () => {
    for (const parameters of [{}, { state: 's1' }]) {
      const { browser } = await signedIn()
      const done = await browser.submit(await assertAsked(browser, parameters), {})
      assert.equal(done.status, 200)
      assert.match(done.body, /You are signed out/)
      assert.equal(await isSignedIn(browser), false)
    }
    const { browser, idToken } = await signedIn()
    const done = await logout(browser, { id_token_hint: idToken })
    assert.match(done.body, /You are signed out/)
    assert.equal(await isSignedIn(browser), false)
  })

  test('§4: an ID token that expired still tells whom it is about', async () => {
    const { browser, idToken } = await signedIn()
    app.clock.advance(7_200_000)
    const { location } = await logout(browser, {
      id_token_hint: idToken,
      post_logout_redirect_uri: AFTERWARDS,
    })
    assert.equal(location, AFTERWARDS)
  })

  test('§2 the hint of somebody else asks first; another client’s hint and id are refused', async () => {
    const ann = await signedIn()
    const other = await signedIn('other')
    await assertAsked(other.browser, { id_token_hint: ann.idToken })
    const { status } = await logout(ann.browser, { id_token_hint: ann.idToken, client_id: 'another' })
    assert.equal(status, 400)
    assert.equal(await isSignedIn(ann.browser), true)
  })

  test('who is signed out already goes on all the same', async () => {
    const { browser, idToken } = await signedIn()
    browser.cookies.delete('ASID')
    const { location } = await logout(browser, {
      id_token_hint: idToken,
      post_logout_redirect_uri: AFTERWARDS,
    })
    assert.equal(location, AFTERWARDS)
  })

  test('an application that is switched off sends nobody anywhere', async () => {
    const { browser, idToken } = await signedIn()
    const attributes = { ...MYWEBAPP, post_logout_redirect_uris: [AFTERWARDS] }
    await app.addClient('mywebapp', { ...attributes, active: false }, SECRET)
    const parameters = { id_token_hint: idToken, post_logout_redirect_uri: AFTERWARDS }
    const { status, location } = await logout(browser, parameters)
    assert.deepEqual([status, location], [400, undefined])
    await app.addClient('mywebapp', attributes, SECRET)
  })

  test('the question cannot be answered by another site, and HEAD answers nothing', async () => {
    const { browser, idToken } = await signedIn()
    const forged = await browser.send('/auth/end-session/confirm', {
      method: 'POST',
      body: '',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' },
    })
    assert.equal(forged.status, 403)
    await browser.send(`/auth/end-session?id_token_hint=${idToken}`, { method: 'HEAD' })
    assert.equal(await isSignedIn(browser), true)
    const twice = await browser.send('/auth/end-session?state=a&state=b')
    assert.equal(twice.status, 400)
  })
})
