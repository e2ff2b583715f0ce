// RFC 7521 §4.2, OpenID Connect Core §9 (private_key_jwt): who may sign who it is, where, and how often.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, beforeEach, describe, test } from 'node:test'
import type { Changes, ClientKey } from '../support/client-assertion.ts'
import {
  askWith,
  assertRefused,
  JWT_BEARER,
  newClientKey,
  postForm,
  presented,
  refusalOf,
  signAssertion,
} from '../support/client-assertion.ts'
import type { TokenAnswer } from '../support/oauth-client.ts'
import { basic, obtainCode, redeem, refresh, SECRET, webapp } from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const SERVICE = { grant_types: ['client_credentials'] }

describe('RFC 7523: authentication by assertions', () => {
  let app: StoredApp
  let key: ClientKey
  let rsa: ClientKey
  before(async () => {
    app = await startStoredApp()
    ;[key, rsa] = await Promise.all([newClientKey('ES256', 'now'), newClientKey('RS256')])
    await app.addUser({ id: 'my-user' })
    await app.addClient('service', { ...SERVICE, jwks: [key.publicJwk] })
    await app.addClient('rsa', { ...SERVICE, jwks: [rsa.publicJwk] })
    await app.addClient('with-secret', SERVICE, SECRET)
    await app.addClient('both', { ...SERVICE, jwks: [key.publicJwk] }, SECRET)
  })
  // NOTE: wrong ones are counted per network and minute.
  beforeEach(() => app.clock.advance(61_000))

  const sign = (claims: Changes = {}, header: Changes = {}): Promise<string> =>
    signAssertion(app, key, 'service', claims, header)
  const refused = (answer: TokenAnswer, reason: string, clientId: string | null = 'service') =>
    assertRefused(app, answer, reason, clientId)
  const now = (): number => Math.floor(app.clock.now().getTime() / 1000)

  test('§3 jti "used once": a second use is refused for as long as the assertion could live, elsewhere too', async () => {
    const assertion = await sign({ exp: now() + 300 })
    assert.equal((await askWith(app, assertion)).status, 200)
    await refused(await askWith(app, assertion), 'replayed-assertion')
    const again = await postForm(app, '/auth/introspect', { token: 'x', ...presented(assertion) })
    await refused(again, 'replayed-assertion')
    app.clock.advance(350_000)
    await app.app.sweep()
    await refused(await askWith(app, assertion), 'replayed-assertion')
    app.clock.advance(11_000)
    await refused(await askWith(app, assertion), 'expired-assertion')
  })

  test('a jti is its client’s own, and an assertion that was refused has not used it up', async () => {
    const jti = randomUUID()
    await refused(await askWith(app, await sign({ jti }, { kid: 'gone' })), 'foreign-kid')
    assert.equal((await askWith(app, await sign({ jti }))).status, 200)
    assert.equal((await askWith(app, await signAssertion(app, key, 'both', { jti }))).status, 200)
    await refused(await askWith(app, await sign({ jti, exp: now() + 10 })), 'replayed-assertion')
  })

  test('used assertions are swept when they could not be used any more', async () => {
    await askWith(app, await sign())
    const count = async () =>
      (await app.database.all(app.database.sql.selectFrom('client_assertion').selectAll())).length
    assert.ok((await count()) > 0)
    app.clock.advance(1_200_000)
    await app.app.sweep()
    assert.equal(await count(), 0)
  })

  test('RFC 7521 §4.2: client_assertion_type is that of RFC 7523 and no other', async () => {
    for (const type of [
      'jwt-bearer',
      JWT_BEARER.toUpperCase(),
      'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
    ])
      await refused(
        await askWith(app, await sign(), { client_assertion_type: type }),
        'other-assertion-type',
        null,
      )
  })

  test('RFC 6749 §2.3 "MUST NOT use more than one authentication method in each request"', async () => {
    for (const [parameters, headers] of [
      [{ client_secret: SECRET }, {}],
      [{}, basic('both', SECRET)],
      [{}, { authorization: 'Bearer x' }],
      [{ client_secret: SECRET }, basic('both', SECRET)],
    ] as const) {
      const answer = await askWith(app, await signAssertion(app, key, 'both'), parameters, headers)
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
    }
    for (const missing of ['client_assertion', 'client_assertion_type']) {
      const answer = await askWith(app, await sign(), { [missing]: '' })
      assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_request'])
      assert.match(String(answer.body.error_description), new RegExp(`^${missing} is missing`))
    }
    const doubled = await app.fetch(
      new Request(`${app.url}/auth/token`, {
        method: 'POST',
        body: `${new URLSearchParams({ grant_type: 'client_credentials', ...presented('x') })}&client_assertion=y`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    )
    assert.equal(doubled.status, 400)
    const inUrl = await postForm(app, '/auth/token?client_assertion=x', { grant_type: 'client_credentials' })
    assert.equal(inUrl.status, 400)
  })

  test('a client uses what it registered: keys alone allow no secret, a secret alone no assertion', async () => {
    const signed = (id: string): Promise<string> => signAssertion(app, key, id)
    await refused(await askWith(app, await signed('with-secret')), 'no-keys', 'with-secret')
    const guess = { grant_type: 'client_credentials', client_id: 'service', client_secret: SECRET }
    await refused(await postForm(app, '/auth/token', guess), 'no-secret')
    assert.equal((await askWith(app, await signed('both'))).status, 200)
    const secret = { grant_type: 'client_credentials', client_id: 'both', client_secret: SECRET }
    assert.equal((await postForm(app, '/auth/token', secret)).status, 200)

    for (const token_endpoint_auth_method of [
      'client_secret_basic',
      'client_secret_post',
      'private_key_jwt',
      'none',
    ]) {
      const document = { ...SERVICE, jwks: [key.publicJwk], token_endpoint_auth_method }
      await app.addClient('one', document, SECRET)
      const answers = {
        client_secret_basic: await postForm(
          app,
          '/auth/token',
          { grant_type: 'client_credentials' },
          basic('one', SECRET),
        ),
        client_secret_post: await postForm(app, '/auth/token', { ...secret, client_id: 'one' }),
        private_key_jwt: await askWith(app, await signed('one')),
      }
      for (const [method, answer] of Object.entries(answers)) {
        assert.equal(
          answer.status,
          method === token_endpoint_auth_method ? 200 : 401,
          `${method} of ${token_endpoint_auth_method}`,
        )
        if (answer.status === 401) assert.deepEqual(await refusalOf(app, answer), [['other-method', 'one']])
      }
    }
  })

  test('an inactive client is refused, and a flow that lists no type of assertion takes none', async () => {
    await app.addClient('off', { ...SERVICE, active: false, jwks: [key.publicJwk] })
    await refused(await askWith(app, await signAssertion(app, key, 'off')), 'inactive-client', 'off')
    for (const [types, status] of [
      [[], 401],
      [[JWT_BEARER], 200],
    ] as const) {
      const auth = { client_credentials: { client_assertion_types: types } }
      await app.addClient('listed', { ...SERVICE, auth, jwks: [key.publicJwk] })
      const answer = await askWith(app, await signAssertion(app, key, 'listed'))
      assert.equal(answer.status, status)
      if (status === 401)
        assert.deepEqual(await refusalOf(app, answer), [['assertion-not-allowed', 'listed']])
    }
  })

  test('at every endpoint that authenticates clients: code, refresh, introspection, revocation', async () => {
    await app.addClient('signing', webapp({}, { jwks: [key.publicJwk] }))
    const proof = async () => ({
      client_id: 'signing',
      ...presented(await signAssertion(app, key, 'signing')),
    })
    const code = await obtainCode(app, { client_id: 'signing' })
    const without = await postForm(app, '/auth/token', {
      grant_type: 'authorization_code',
      code,
      client_id: 'signing',
    })
    await refused(without, 'secret-missing', 'signing')
    const redeemed = await postForm(app, '/auth/token', {
      grant_type: 'authorization_code',
      code,
      ...(await proof()),
    })
    assert.equal(redeemed.status, 200, JSON.stringify(redeemed.body))
    const refresh_token = String(redeemed.body.refresh_token)
    const anonymous = await postForm(app, '/auth/token', {
      grant_type: 'refresh_token',
      refresh_token,
      client_id: 'signing',
    })
    assert.equal(anonymous.status, 401)
    const refreshed = await postForm(app, '/auth/token', {
      grant_type: 'refresh_token',
      refresh_token,
      ...(await proof()),
    })
    assert.equal(refreshed.status, 200)
    const token = String(refreshed.body.access_token)
    const told = async () => (await postForm(app, '/auth/introspect', { token, ...(await proof()) })).body
    assert.equal((await told()).active, true)
    const revoked = await postForm(app, '/auth/revoke', { token, ...(await proof()) })
    assert.equal(revoked.status, 200)
    assert.equal((await told()).active, false)
    for (const path of ['/auth/introspect', '/auth/revoke'])
      await refused(
        await postForm(app, path, {
          token,
          ...presented(await signAssertion(app, key, 'signing', { aud: 'x' })),
        }),
        'wrong-audience',
        'signing',
      )
  })

  test('a client with keys is not a public one, also where it requires PKCE', async () => {
    await app.addClient('pkce', webapp({ pkce: true }, { jwks: [key.publicJwk] }))
    const answer = await postForm(app, '/auth/token', {
      grant_type: 'authorization_code',
      code: 'x',
      client_id: 'pkce',
    })
    await refused(answer, 'secret-missing', 'pkce')
  })

  test('an assertion in a JSON body counts as one in a form', async () => {
    const response = await app.fetch(
      new Request(`${app.url}/auth/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ grant_type: 'client_credentials', ...presented(await sign()) }),
      }),
    )
    assert.equal(response.status, 200)
  })

  test('60 wrong ones a minute from one network are followed by 429, whatever comes next', async () => {
    const elsewhere = { 'x-forwarded-for': '203.0.113.9' }
    for (let count = 0; count < 60; count += 1)
      assert.equal((await askWith(app, 'x', {}, elsewhere)).status, 401)
    const good = await sign()
    assert.equal((await askWith(app, good, {}, elsewhere)).status, 429)
    assert.equal((await askWith(app, good)).status, 200)
  })

  test('no refusal repeats the assertion, in the answer or in the audit log', async () => {
    const assertion = await sign({ aud: 'x' })
    const answer = await askWith(app, assertion)
    const rows = await app.database.all(app.database.sql.selectFrom('audit_event').selectAll())
    const seen = JSON.stringify([answer.body, [...answer.headers], rows, app.log])
    for (const part of assertion.split('.')) assert.ok(!seen.includes(part))
  })

  test('the secret flows still work beside it', async () => {
    await app.addClient('mywebapp', webapp({ secret_required: true }), SECRET)
    const { status, body } = await redeem(app, await obtainCode(app))
    assert.equal(status, 200)
    assert.equal((await refresh(app, body.refresh_token)).status, 200)
  })
})
