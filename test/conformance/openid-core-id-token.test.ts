import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { before, describe, test } from 'node:test'
import type { JSONWebKeySet } from 'jose'
import { createLocalJWKSet, jwtVerify } from 'jose'
import {
  answerOf,
  authorizePath,
  obtainCode,
  REDIRECT_URI,
  redeem,
  refresh,
  SECRET,
  signedInBrowser,
  webapp,
} from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

describe('OpenID Connect Core §2, ID Token', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user', email: 'me@example.org' })
    await app.addClient('mywebapp', webapp({ refresh_token: true }), SECRET)
  })

  const verify = async (idToken: unknown, audience = 'mywebapp') => {
    const jwks = await app.fetch(new Request(`${app.url}/.well-known/jwks.json`))
    const keys = createLocalJWKSet((await jwks.json()) as JSONWebKeySet)
    return jwtVerify(String(idToken), keys, {
      issuer: app.url,
      audience,
      currentDate: app.clock.now(),
      requiredClaims: ['sub', 'iat', 'exp', 'auth_time'],
    })
  }

  test('oidcc-server: the token answer has one for scope openid, with iss, sub, aud, exp, iat, nonce and at_hash', async () => {
    const code = await obtainCode(app, { scope: 'openid', nonce: 'n-0S6_WzA2Mj' })
    const { body } = await redeem(app, code)
    const { payload, protectedHeader } = await verify(body.id_token)
    assert.equal(payload.sub, 'my-user')
    assert.equal(payload.nonce, 'n-0S6_WzA2Mj')
    const digest = createHash('sha256').update(String(body.access_token)).digest()
    assert.equal(payload.at_hash, digest.subarray(0, 16).toString('base64url'))
    assert.deepEqual(payload.amr, ['pwd'])
    assert.equal(payload.acr, 'aal1')
    assert.match(String(payload.sid), /^[0-9a-f]{32}$/)
    assert.equal(payload.email, undefined, 'nothing that was not asked for')
    assert.equal(protectedHeader.alg, 'RS256')
    assert.equal(typeof protectedHeader.kid, 'string')
  })

  test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow: without a nonce there is no nonce claim', async () => {
    const { body } = await redeem(app, await obtainCode(app, { scope: 'openid' }))
    const { payload } = await verify(body.id_token)
    assert.equal('nonce' in payload, false)
  })

  test('without the scope openid there is none: it is OAuth 2.0 then', async () => {
    const { body } = await redeem(app, await obtainCode(app, { scope: 'profile' }))
    assert.equal('id_token' in body, false)
  })

  test('§12.2: a refreshed one has the same iss, sub, aud and auth_time, a new iat, and no nonce', async () => {
    const { body } = await redeem(app, await obtainCode(app, { scope: 'openid', nonce: 'n1' }))
    const first = (await verify(body.id_token)).payload
    app.clock.advance(60_000)
    const next = await refresh(app, String(body.refresh_token))
    const second = (await verify(next.body.id_token)).payload
    for (const claim of ['iss', 'sub', 'aud', 'auth_time', 'sid'] as const)
      assert.deepEqual(second[claim], first[claim], claim)
    assert.ok((second.iat ?? 0) > (first.iat ?? 0))
    assert.equal('nonce' in second, false)
  })

  test('§12.2: a refreshed one tells the claims that were asked for by name again, as they are then', async () => {
    const claims = '{"id_token":{"email":null,"acr":{"values":["aal1"]}}}'
    await app.addUser({ id: 'named', email: 'ann@example.org' })
    const browser = await signedInBrowser(app, 'named')
    const { body } = await redeem(app, await obtainCode(app, { scope: 'openid', claims }, browser))
    assert.equal((await verify(body.id_token)).payload.email, 'ann@example.org')
    const put = await app.rest('PUT', '/User/named', { email: 'new@example.org' })
    assert.equal(put.status, 200)
    const next = await refresh(app, String(body.refresh_token))
    const { payload } = await verify(next.body.id_token)
    assert.deepEqual([payload.email, payload.acr], ['new@example.org', 'aal1'])
    const plain = await redeem(app, await obtainCode(app, { scope: 'openid email' }, browser))
    const refreshed = await refresh(app, String(plain.body.refresh_token))
    assert.equal((await verify(refreshed.body.id_token)).payload.email, undefined, 'only what was asked for')
  })

  test('id_token_signed_response_alg: a client gets the algorithm it registered, with the hash that goes with it', async () => {
    for (const [algorithm, digest, length] of [
      ['ES256', 'sha256', 16],
      ['EdDSA', 'sha512', 32],
    ] as const) {
      const id = `signs-${algorithm.toLowerCase()}`
      await app.addClient(id, webapp({}, { id_token_signed_response_alg: algorithm }), SECRET)
      const browser = await signedInBrowser(app)
      const { location } = await browser.send(authorizePath({ client_id: id, scope: 'openid' }))
      const code = answerOf(location).get('code') ?? ''
      const { body } = await redeem(app, code, { client_id: id, redirect_uri: REDIRECT_URI })
      const { payload, protectedHeader } = await verify(body.id_token, id)
      assert.equal(protectedHeader.alg, algorithm)
      const whole = createHash(digest).update(String(body.access_token)).digest()
      assert.equal(payload.at_hash, whole.subarray(0, length).toString('base64url'))
    }
  })
})
