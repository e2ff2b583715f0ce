// RFC 7636 and RFC 9700 §2.1.1, §4.8: proof key for code exchange.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { hashSecretToken } from '../../src/kernel/secret-token.ts'
import { verifyCodeVerifier } from '../../src/oauth/token/code-verifier.ts'
import {
  answerOf,
  authorizePath,
  MYWEBAPP,
  obtainCode,
  postToken,
  redeem,
  SECRET,
  signedInBrowser,
  webapp,
} from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const PKCE = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }

describe('RFC 7636: PKCE', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    await app.addClient('spa', webapp({}))
    await app.addClient('lax', webapp({ pkce: false }))
    await app.addClient('strict', webapp({ pkce: true, secret_required: true }), SECRET)
    await app.addClient('either', webapp({ secret_required: false }), SECRET)
  })
  const errorOf = async (parameters: Record<string, string>) => {
    const browser = await signedInBrowser(app)
    return answerOf((await browser.send(authorizePath(parameters))).location).get('error')
  }

  test('Appendix B: the published verifier and challenge', () => {
    assert.equal(verifyCodeVerifier(VERIFIER, CHALLENGE), true)
    assert.equal(verifyCodeVerifier(VERIFIER.toLowerCase(), CHALLENGE), false)
  })

  test('§4.1: a verifier has 43 to 128 unreserved characters', () => {
    for (const [verifier, isRight] of [
      ['a'.repeat(43), true],
      ['a'.repeat(128), true],
      ['-._~'.repeat(16), true],
      ['a'.repeat(42), false],
      ['a'.repeat(129), false],
      [`${'a'.repeat(42)}+`, false],
      [`${'a'.repeat(43)}\n`, false],
      [`${'a'.repeat(42)}ä`, false],
    ] as const)
      assert.equal(verifyCodeVerifier(verifier, hashSecretToken(verifier)), isRight, verifier)
  })

  test('§4.4.1: "If the server supporting PKCE does not support the requested transformation" it is invalid_request', async () => {
    for (const parameters of [
      { code_challenge: CHALLENGE },
      { code_challenge: CHALLENGE, code_challenge_method: 'plain' },
      { code_challenge: CHALLENGE, code_challenge_method: 's256' },
      { code_challenge: `${CHALLENGE}=`, code_challenge_method: 'S256' },
      { code_challenge: VERIFIER.slice(1), code_challenge_method: 'S256' },
      { code_challenge_method: 'S256' },
    ])
      assert.equal(
        await errorOf(parameters as Record<string, string>),
        'invalid_request',
        JSON.stringify(parameters),
      )
  })

  test('§4.4.1: required of clients without a secret and of those that say so, unless they say pkce: false', async () => {
    for (const client_id of ['spa', 'strict', 'either']) {
      assert.equal(await errorOf({ client_id }), 'invalid_request', client_id)
      assert.equal(await errorOf({ client_id, ...PKCE }), null, client_id)
    }
    for (const client_id of ['lax', 'mywebapp']) assert.equal(await errorOf({ client_id }), null, client_id)
  })

  test('§4.6: "If the values are not equal, … invalid_grant", whether or not the client has a secret', async () => {
    for (const [client_id, secret] of [
      ['spa', {}],
      ['mywebapp', { client_secret: SECRET }],
    ] as const) {
      const send = async (proof: Record<string, string>) =>
        postToken(app, {
          grant_type: 'authorization_code',
          client_id,
          ...secret,
          code: await obtainCode(app, { client_id, ...PKCE }),
          ...proof,
        })
      assert.equal((await send({ code_verifier: VERIFIER })).status, 200)
      for (const proof of [
        {},
        { code_verifier: '' },
        { code_verifier: `${VERIFIER}a` },
        { code_verifier: CHALLENGE },
      ])
        assert.equal((await send(proof as Record<string, string>)).body.error, 'invalid_grant')
    }
  })

  test('RFC 9700 §4.8.2: a verifier for a request without challenge is a downgrade and refused', async () => {
    const answer = await redeem(app, await obtainCode(app), { code_verifier: VERIFIER })
    assert.equal(answer.body.error, 'invalid_grant')
  })
})
