// RFC 9700, RFC 6819: what thieves of codes, tokens and identities try. Each is refused with the error that its RFC names,
// and the audit log has the real reason, which nobody outside is told.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  answerOf,
  authorizePath,
  basic,
  MYWEBAPP,
  obtainCode,
  postToken,
  REDIRECT_URI,
  redeem,
  refresh,
  SECRET,
  signedInBrowser,
  statusOf,
  webapp,
} from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'
import { watchAudit } from '../support/watched-audit.ts'

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = {
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
}
const OTHER = { client_id: 'other' }

interface Refusal {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

interface Attack {
  readonly is: string
  /** What the attacker does after the honest part; answers what he gets. */
  readonly attack: (app: StoredApp) => Promise<Refusal>
  readonly error: readonly [status: number, error: string]
  readonly audit: string
}

const tokensOf = async (app: StoredApp, parameters: Readonly<Record<string, string>> = {}) =>
  (await redeem(app, await obtainCode(app, parameters))).body

const ATTACKS: readonly Attack[] = [
  {
    is: 'a stolen refresh token, shown by another client',
    attack: async (app) => refresh(app, (await tokensOf(app)).refresh_token, OTHER),
    error: [400, 'invalid_grant'],
    audit: 'token-refresh failure other-client',
  },
  {
    is: 'a stolen refresh token, shown without the secret of its client',
    attack: async (app) => {
      const { refresh_token } = await tokensOf(app)
      return postToken(app, {
        grant_type: 'refresh_token',
        client_id: 'mywebapp',
        refresh_token: String(refresh_token),
      })
    },
    error: [401, 'invalid_client'],
    audit: 'client-authentication failure secret-missing',
  },
  {
    is: 'a stolen refresh token that its owner has used since: both lose everything',
    attack: async (app) => {
      const { refresh_token } = await tokensOf(app)
      const successor = (await refresh(app, refresh_token)).body
      app.clock.advance(11_000)
      const refused = await refresh(app, refresh_token)
      assert.equal(await statusOf(app, successor.access_token), 401)
      return refused
    },
    error: [400, 'invalid_grant'],
    audit: 'token-reuse failure reused-refresh-token',
  },
  {
    is: 'a refresh token that asks for more than was granted',
    attack: async (app) =>
      refresh(app, (await tokensOf(app, { scope: 'profile' })).refresh_token, { scope: 'profile email' }),
    error: [400, 'invalid_scope'],
    audit: 'token-refresh failure wider-scope',
  },
  {
    is: 'a replayed code: what the first use gave ends as well',
    attack: async (app) => {
      const code = await obtainCode(app)
      const { body } = await redeem(app, code)
      const refused = await redeem(app, code)
      assert.equal(await statusOf(app, body.access_token), 401)
      return refused
    },
    error: [400, 'invalid_grant'],
    audit: 'token-reuse failure reused-code',
  },
  {
    is: 'a code of another client',
    attack: async (app) => redeem(app, await obtainCode(app), OTHER),
    error: [400, 'invalid_grant'],
    audit: 'token-issue failure other-client',
  },
  {
    is: 'a code that came too late',
    attack: async (app) => {
      const code = await obtainCode(app)
      app.clock.advance(60_001)
      return redeem(app, code)
    },
    error: [400, 'invalid_grant'],
    audit: 'token-issue failure expired',
  },
  {
    is: 'a guessed code',
    attack: (app) => redeem(app, 'a'.repeat(43)),
    error: [400, 'invalid_grant'],
    audit: 'token-issue failure unknown-code',
  },
  {
    is: 'a redirect_uri swapped between the authorization and the token request',
    attack: async (app) =>
      redeem(app, await obtainCode(app, { redirect_uri: REDIRECT_URI }), {
        redirect_uri: 'https://attacker.example.org/',
      }),
    error: [400, 'invalid_grant'],
    audit: 'token-issue failure other-redirect-uri',
  },
  {
    is: 'a redirect_uri swapped in the authorization request: nobody is sent anywhere',
    attack: async (app) => {
      const redirect_uri = 'https://attacker.example.org/'
      const visit = await (await signedInBrowser(app)).send(authorizePath({ redirect_uri }))
      assert.equal(visit.location, undefined)
      assert.match(visit.body, /redirect_uri: is not the registered one/)
      return { status: visit.status, body: { error: 'a page' } }
    },
    error: [400, 'a page'],
    audit: 'authorization failure other-redirect-uri',
  },
  {
    is: 'PKCE downgraded to plain in the authorization request',
    attack: async (app) => {
      const plain = { code_challenge: VERIFIER, code_challenge_method: 'plain' }
      const { status, location } = await (await signedInBrowser(app)).send(authorizePath(plain))
      return { status, body: Object.fromEntries(answerOf(location)) }
    },
    error: [303, 'invalid_request'],
    audit: 'authorization failure invalid_request',
  },
  {
    is: 'PKCE left out of the token request',
    attack: async (app) => redeem(app, await obtainCode(app, CHALLENGE)),
    error: [400, 'invalid_grant'],
    audit: 'token-issue failure verifier-missing',
  },
  {
    is: 'PKCE stripped from the authorization request (RFC 9700 §4.8.2)',
    attack: async (app) => redeem(app, await obtainCode(app), { code_verifier: VERIFIER }),
    error: [400, 'invalid_grant'],
    audit: 'token-issue failure verifier-without-challenge',
  },
  {
    is: 'a stolen code with a verifier of the thief',
    attack: async (app) =>
      redeem(app, await obtainCode(app, CHALLENGE), { code_verifier: VERIFIER.toLowerCase() }),
    error: [400, 'invalid_grant'],
    audit: 'token-issue failure wrong-verifier',
  },
  {
    is: 'a client that guesses its secret',
    attack: async (app) =>
      postToken(app, { grant_type: 'client_credentials' }, basic('mywebapp', 'not the secret')),
    error: [401, 'invalid_client'],
    audit: 'client-authentication failure wrong-secret',
  },
  {
    is: 'a token of another client, to be revoked: it is told nothing, and nothing happens',
    attack: async (app) => {
      const { access_token } = await tokensOf(app)
      const response = await app.fetch(
        new Request(`${app.url}/auth/revoke`, {
          method: 'POST',
          body: new URLSearchParams({ token: String(access_token) }),
          headers: basic('other', SECRET),
        }),
      )
      assert.equal(await statusOf(app, access_token), 200)
      return { status: response.status, body: { error: await response.text() } }
    },
    error: [200, ''],
    audit: 'token-revoke failure other-client',
  },
]

describe('of attacks', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    await app.addClient('other', webapp({}), SECRET)
  })
  for (const { is, attack, error, audit } of ATTACKS)
    test(is, async () => {
      const saw = await watchAudit(app)
      const { status, body } = await attack(app)
      assert.deepEqual([status, body.error], error)
      assert.equal(body.access_token, undefined)
      await saw(audit)
    })
})
