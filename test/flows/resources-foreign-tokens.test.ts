// Tokens of other issuers as bearer tokens of resources, by TokenIntrospector.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { JWTPayload } from 'jose'
import type { JsonObject } from '../../src/kernel/json.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { newSecretToken } from '../../src/kernel/secret-token.ts'
import type { Exchange } from '../support/foreign-issuer.ts'
import {
  EC_ISSUER,
  ec,
  JWKS_ISSUER,
  MAC_ISSUER,
  MAC_SECRET,
  other,
  published,
  RSA_PEM,
  startExchange,
} from '../support/foreign-issuer.ts'
import { MYWEBAPP, obtainCode, redeem, SECRET, statusOf } from '../support/oauth-client.ts'
import { watchAudit } from '../support/watched-audit.ts'

const DAY = 24 * 3600_000
const OPAQUE_ISSUER = 'https://opaque.test'

describe('a token of another issuer at a resource', () => {
  let app: Exchange['app']
  let issuer: Exchange['issuer']
  let sign: Exchange['sign']
  let now: Exchange['now']
  before(async () => {
    ;({ app, issuer, sign, now } = await startExchange())
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
  })

  const show = (token: string, path = '/User/ann', method = 'GET'): Promise<Response> =>
    app.fetch(new Request(app.url + path, { method, headers: { authorization: `Bearer ${token}` } }))
  const statusFor = async (token: string, path?: string): Promise<number> => (await show(token, path)).status
  const refused = async (token: string, reason: string): Promise<void> => {
    // NOTE: what one network shows is recorded once a day for each reason.
    const saw = await watchAudit(app)
    const { status, headers } = await show(token)
    assert.equal(status, 401, reason)
    assert.equal(headers.get('www-authenticate'), 'Bearer realm="Countersign", error="invalid_token"')
    await saw(`token-check failure ${reason}`)
  }
  const asAdmin = (claims: JWTPayload = {}) => sign({ sub: 'admin', ...claims })

  test('acts for the user that box_user names, or sub', async () => {
    assert.equal(await statusFor(await asAdmin()), 200)
    assert.equal(await statusFor(await asAdmin({ sub: 'somebody', box_user: 'admin' })), 200)
    assert.equal(await statusFor(await sign({ sub: 'admin', box_user: 'ann' })), 403, 'ann may not')
    assert.equal(await statusFor(await sign()), 403)
  })

  test('is verified by each kind of key', async () => {
    const claims = { sub: 'admin' }
    for (const token of [
      await sign({ ...claims, iss: EC_ISSUER, aud: 'for-us' }, { alg: 'ES256' }, ec.privateKey),
      await sign({ ...claims, iss: MAC_ISSUER }, { alg: 'HS256' }, new TextEncoder().encode(MAC_SECRET)),
      await sign({ ...claims, iss: JWKS_ISSUER }, { alg: 'ES384', kid: 'one' }, published.privateKey),
      await asAdmin({ aud: [app.url, 'https://else.test'] }),
    ])
      assert.equal(await statusFor(token), 200)
  })

  test('is a user and nothing else: no client, no session, nothing for userinfo', async () => {
    const token = await asAdmin()
    assert.equal((await show(token, '/Session', 'DELETE')).status, 403)
    assert.equal(await statusOf(app, token), 401)
  })

  test('whoever writes with it is in the history of what happened', async () => {
    const saw = await watchAudit(app)
    const answer = await app.fetch(
      new Request(`${app.url}/User/new`, {
        method: 'PUT',
        body: '{}',
        headers: { authorization: `Bearer ${await asAdmin()}`, 'content-type': 'application/json' },
      }),
    )
    assert.equal(answer.status, 201)
    await saw('resource-create success')
  })

  const FORGED: Readonly<Record<string, readonly [reason: string, make: () => Promise<string>]>> = {
    'a foreign signature': ['wrong-signature', () => sign({ sub: 'admin' }, {}, other.privateKey)],
    'an HMAC with the public key': [
      'wrong-signature',
      () => sign({ sub: 'admin' }, { alg: 'HS256' }, new TextEncoder().encode(RSA_PEM)),
    ],
    'no signature': [
      'wrong-algorithm',
      async () => {
        const [, claims] = (await asAdmin()).split('.')
        return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`
      },
    ],
    'an unknown kid': [
      'unknown-key',
      () => sign({ sub: 'admin', iss: JWKS_ISSUER }, { alg: 'ES384', kid: 'two' }, published.privateKey),
    ],
    'an expiry that is over': ['expired', () => asAdmin({ exp: now() })],
    'no expiry': ['no-expiry', () => asAdmin({ exp: undefined as unknown as number })],
    'a beginning that is to come': ['not-yet-valid', () => asAdmin({ nbf: now() + 100 })],
    'another audience': ['other-audience', () => asAdmin({ aud: 'https://else.test' })],
    'no audience where the operator listed one': [
      'other-audience',
      () => sign({ sub: 'admin', iss: EC_ISSUER }, { alg: 'ES256' }, ec.privateKey),
    ],
    'the type of a logout token': [
      'other-type',
      () => sign({ sub: 'admin' }, { alg: 'RS256', typ: 'logout+jwt' }),
    ],
    'the claim of a security event': ['other-type', () => asAdmin({ events: {} })],
    'a key that it is bound to': ['bound-to-key', () => asAdmin({ cnf: { jkt: 'x' } })],
    'an unknown user': ['unknown-user', () => sign({ sub: 'nobody' })],
    'an inactive user': ['inactive', () => sign({ sub: 'gone' })],
    'an issuer that nobody stands for': ['foreign-kid', () => asAdmin({ iss: 'https://unknown.test' })],
  }
  for (const [title, [reason, make]] of Object.entries(FORGED))
    test(`is refused with ${title}`, async () => {
      app.clock.advance(DAY)
      await refused(await make(), reason)
    })

  test('of our own that was ended does not come back by way of our own key set', async () => {
    const { body } = await redeem(app, await obtainCode(app))
    const token = String(body.access_token)
    const ownKeys = { type: 'jwt', jwt: { iss: app.url }, jwks_uri: `${issuer.url}/jwks` }
    const put = await app.rest('PUT', '/TokenIntrospector/own', ownKeys)
    assert.equal(put.status, 201, await put.text())
    const forged = await sign(
      { iss: app.url, sub: 'admin' },
      { alg: 'ES384', kid: 'one' },
      published.privateKey,
    )
    assert.equal(await statusFor(forged), 401)
    assert.equal(await statusFor(token), 403, 'it lives: my-user may not')
    assert.equal((await app.rest('DELETE', '/TokenIntrospector/own')).status, 200)
  })

  describe('and is opaque', () => {
    const opaque = (more: JsonObject = {}): JsonObject => ({
      type: 'opaque',
      jwt: { iss: OPAQUE_ISSUER },
      introspection_endpoint: { url: `${issuer.url}/introspect`, authorization: 'Bearer ours' },
      cache_ttl: 120,
      ...more,
    })
    const put = async (document: JsonObject): Promise<void> => {
      const answer = await app.rest('PUT', '/TokenIntrospector/opaque', document)
      assert.ok(answer.ok, await answer.text())
    }
    const asked = () => issuer.asked('/introspect')
    const active = (more: JsonObject = {}): JsonObject => ({ active: true, sub: 'admin', ...more })
    before(async () => {
      app.clock.advance(DAY)
      await put(opaque())
    })

    test('is asked about once for cache_ttl, however many show it', async () => {
      issuer.answer = active()
      const token = newSecretToken(systemRandom)
      const before = asked()
      assert.deepEqual(await Promise.all([1, 2, 3].map(() => statusFor(token))), [200, 200, 200])
      assert.equal(asked(), before + 1)
      assert.equal(issuer.last.authorization, 'Bearer ours')
      assert.equal(new URLSearchParams(issuer.last.body).get('token'), token)
      issuer.answer = { active: false }
      app.clock.advance(119_000)
      assert.equal(await statusFor(token), 200)
      app.clock.advance(1000)
      await refused(token, 'not-active')
      assert.equal(asked(), before + 2)
      issuer.answer = active()
      app.clock.advance(59_000)
      assert.equal(await statusFor(token), 401, 'a no is remembered as well')
      app.clock.advance(1000)
      assert.equal(await statusFor(token), 200, 'for a minute at most')
    })

    test('ends at its exp, and with its user, also while the answer is remembered', async () => {
      issuer.answer = active({ exp: now() + 30 })
      const token = newSecretToken(systemRandom)
      assert.equal(await statusFor(token), 200)
      app.clock.advance(30_000)
      await refused(token, 'expired')
      issuer.answer = active({ sub: 'bob' })
      const ofBob = newSecretToken(systemRandom)
      assert.equal(await statusFor(ofBob), 403)
      assert.equal((await app.rest('PUT', '/User/bob', { inactive: true })).status, 200)
      assert.equal(await statusFor(ofBob), 401)
    })

    test('is asked about again where the endpoint or its credentials changed, and not at all once it is deleted', async () => {
      issuer.answer = active()
      const token = newSecretToken(systemRandom)
      assert.equal(await statusFor(token), 200)
      await put(opaque({ audience: ['https://for.test'] }))
      assert.equal(await statusFor(token), 401, 'what is remembered is judged by what is written now')
      issuer.answer = { active: false }
      await put(
        opaque({ introspection_endpoint: { url: `${issuer.url}/introspect`, authorization: 'Bearer new' } }),
      )
      assert.equal(await statusFor(token), 401)
      assert.equal(issuer.last.authorization, 'Bearer new')
      assert.equal((await app.rest('DELETE', '/TokenIntrospector/opaque')).status, 200)
      issuer.answer = active()
      const before = asked()
      assert.equal(await statusFor(newSecretToken(systemRandom)), 401)
      assert.equal(asked(), before)
      await put(opaque())
    })

    test('is refused while the issuer answers nothing of use, and asked about again', async () => {
      const token = newSecretToken(systemRandom)
      app.clock.advance(DAY)
      issuer.answer = 'nonsense'
      await refused(token, 'introspection-failed')
      issuer.answer = { active: 'true', sub: 'admin' }
      assert.equal(await statusFor(token), 401)
      issuer.answer = active({ iss: 'https://else.test' })
      const elsewhere = newSecretToken(systemRandom)
      assert.equal(await statusFor(elsewhere), 401)
      issuer.answer = active()
      assert.equal(await statusFor(newSecretToken(systemRandom)), 200)
    })

    test('no token, code or cookie of ours is told to the issuer, live or not', async () => {
      const { body } = await redeem(app, await obtainCode(app))
      const { cookie } = await app.signIn('my-user')
      const before = asked()
      issuer.answer = active()
      assert.equal(await statusFor(String(body.refresh_token)), 401)
      assert.equal(await statusFor(cookie), 401)
      app.clock.advance(3600_000)
      assert.equal(await statusFor(String(body.access_token)), 401)
      assert.equal(asked(), before)
    })

    test('a flood of one network asks a bounded number of times, and keeps no other network from asking', async () => {
      app.clock.advance(DAY)
      issuer.answer = { active: false }
      const before = asked()
      for (let count = 0; count < 200; count += 1)
        assert.equal(await statusFor(newSecretToken(systemRandom)), 401)
      assert.equal(asked() - before, 60)
      issuer.answer = active()
      const elsewhere = await app
        .person('198.51.100.7')
        .send('/User/ann', { headers: { authorization: `Bearer ${newSecretToken(systemRandom)}` } })
      assert.equal(elsewhere.status, 200)
    })
  })
})
