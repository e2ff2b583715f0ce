// RFC 8725: forged JWTs. Assertions of clients, ID tokens as hints, access tokens: each refused with the error of its RFC, and
// the audit log has the reason.
import assert from 'node:assert/strict'
import { createHmac, createPublicKey, randomUUID } from 'node:crypto'
import { before, describe, test } from 'node:test'
import type { JWK } from 'jose'
import { decodeJwt, decodeProtectedHeader, SignJWT } from 'jose'
import type { ClientKey } from '../support/client-assertion.ts'
import { askWith, newClientKey, signAssertion } from '../support/client-assertion.ts'
import {
  answerOf,
  authorizePath,
  MYWEBAPP,
  obtainCode,
  redeem,
  SECRET,
  signedInBrowser,
  statusOf,
  userinfo,
} from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'
import { watchAudit } from '../support/watched-audit.ts'

/** An attack on a client that signs who it is: what its assertion has become, or who else signed it. */
interface AssertionAttack {
  readonly is: string
  readonly forge: (app: StoredApp, key: ClientKey) => Promise<string>
  readonly reason: string
}

const jwtOf = (header: object, claims: object, sign: (input: string) => string): string => {
  const input = [header, claims].map((part) => encode(JSON.stringify(part))).join('.')
  return `${input}.${sign(input)}`
}

const encode = (text: string): string => Buffer.from(text).toString('base64url')

const claimsOf = (app: StoredApp): object => {
  const exp = Math.floor(app.clock.now().getTime() / 1000) + 60
  return { iss: 'keyed', sub: 'keyed', aud: app.url, jti: randomUUID(), exp }
}

/** With the public key, as everybody can read it, in the place of a shared secret. */
const macBy =
  (jwk: object) =>
  (input: string): string => {
    const secret = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
    return createHmac('sha256', secret).update(input).digest('base64url')
  }

const ASSERTION_ATTACKS: readonly AssertionAttack[] = [
  {
    is: 'an assertion that has expired',
    forge: async (app, key) => {
      const assertion = await signAssertion(app, key, 'keyed')
      app.clock.advance(121_000)
      return assertion
    },
    reason: 'expired-assertion',
  },
  {
    is: 'an assertion that was used before',
    forge: async (app, key) => {
      const assertion = await signAssertion(app, key, 'keyed')
      assert.equal((await askWith(app, assertion)).status, 200)
      return assertion
    },
    reason: 'replayed-assertion',
  },
  {
    is: 'an assertion meant for another server (mix-up, RFC 9700 §4.4)',
    forge: (app, key) => signAssertion(app, key, 'keyed', { aud: 'https://other.example.org' }),
    reason: 'wrong-audience',
  },
  {
    is: 'an assertion in the name of another client',
    forge: (app, key) => signAssertion(app, key, 'keyed', { iss: 'other' }),
    reason: 'wrong-issuer',
  },
  {
    is: 'alg confusion: none (RFC 8725 §2.1)',
    forge: async (app) => jwtOf({ alg: 'none', typ: 'JWT' }, claimsOf(app), () => 'AA'),
    reason: 'wrong-algorithm',
  },
  {
    is: 'alg confusion: an HMAC with the public key as secret (RFC 8725 §2.1)',
    forge: async (app, { publicJwk, kid }) =>
      jwtOf({ alg: 'HS256', typ: 'JWT', kid }, claimsOf(app), macBy(publicJwk)),
    reason: 'wrong-algorithm',
  },
  {
    is: 'alg confusion: another algorithm than that of the key',
    forge: async (app, { kid }) => signAssertion(app, await newClientKey('RS256', kid), 'keyed'),
    reason: 'wrong-algorithm',
  },
  {
    is: 'a foreign kid, which names a key of the thief',
    forge: async (app) => signAssertion(app, await newClientKey(), 'keyed'),
    reason: 'foreign-kid',
  },
  {
    is: 'a key that the assertion brings along in its header (RFC 8725 §3.9)',
    forge: async (app, { kid }) => {
      const thief = await newClientKey('ES256', kid)
      return signAssertion(app, thief, 'keyed', {}, { jwk: thief.publicJwk })
    },
    reason: 'bad-signature',
  },
]

/** ID tokens that are not ours, shown as a hint to be taken for somebody else. */
const FORGED_HINTS: readonly (readonly [
  is: string,
  forge: (idToken: string, published: JWK) => Promise<string> | string,
])[] = [
  ['alg none', (idToken) => `${encode('{"alg":"none"}')}.${idToken.split('.')[1]}.`],
  [
    'an HMAC with the public key as secret',
    (idToken) => {
      const [header = '', claims = ''] = idToken.split('.')
      const changed = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), alg: 'HS256' }
      return jwtOf(changed, JSON.parse(Buffer.from(claims, 'base64url').toString()), (input) =>
        createHmac('sha256', 'the public key').update(input).digest('base64url'),
      )
    },
  ],
  [
    'a foreign kid and signature',
    async (idToken) => {
      const { privateKey, kid } = await newClientKey('RS256')
      return new SignJWT(decodeJwt(idToken)).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
    },
  ],
  [
    'our kid and a foreign signature',
    async (idToken) => {
      const { privateKey } = await newClientKey('RS256')
      const { kid = '' } = decodeProtectedHeader(idToken)
      return new SignJWT(decodeJwt(idToken)).setProtectedHeader({ alg: 'RS256', kid }).sign(privateKey)
    },
  ],
]

describe('a forged JWT', () => {
  let app: StoredApp
  let key: ClientKey
  let published: JWK
  before(async () => {
    app = await startStoredApp()
    key = await newClientKey()
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    await app.addClient('keyed', { grant_types: ['client_credentials'], jwks: [key.publicJwk] })
    const jwks = await app.fetch(new Request(`${app.url}/.well-known/jwks.json`))
    ;[published = {}] = ((await jwks.json()) as { keys: JWK[] }).keys
  })

  for (const { is, forge, reason } of ASSERTION_ATTACKS)
    test(is, async () => {
      const assertion = await forge(app, key)
      const saw = await watchAudit(app)
      const { status, body } = await askWith(app, assertion)
      assert.deepEqual([status, body.error], [401, 'invalid_client'])
      await saw(`client-authentication failure ${reason}`)
    })

  for (const [is, forge] of FORGED_HINTS)
    test(`a forged id_token_hint: ${is}`, async () => {
      const browser = await signedInBrowser(app)
      const code = await obtainCode(app, { scope: 'openid' }, browser)
      const { body } = await redeem(app, code)
      const id_token_hint = await forge(String(body.id_token), published)
      const saw = await watchAudit(app)
      const { location } = await browser.send(authorizePath({ prompt: 'none', id_token_hint }))
      assert.equal(answerOf(location).get('error'), 'invalid_request')
      await saw('authorization failure wrong-id-token-hint')
    })

  for (const [is, forge] of FORGED_HINTS)
    test(`a forged access token: ${is}`, async () => {
      const { body } = await redeem(app, await obtainCode(app))
      assert.equal(await statusOf(app, body.access_token), 200)
      const forged = await forge(String(body.access_token), published)
      const response = await userinfo(app, { authorization: `Bearer ${forged}` })
      assert.equal(response.status, 401)
      assert.match(response.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
    })
})
