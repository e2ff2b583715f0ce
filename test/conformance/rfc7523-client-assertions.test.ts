// RFC 7521 §4.2, RFC 7523 §3, OpenID Connect Core §9 (private_key_jwt), RFC 8725: clients that sign who they are.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { before, beforeEach, describe, test } from 'node:test'
import { CompactSign, SignJWT } from 'jose'
import type { Changes, ClientKey } from '../support/client-assertion.ts'
import { askWith, assertRefused, newClientKey, signAssertion } from '../support/client-assertion.ts'
import type { TokenAnswer } from '../support/oauth-client.ts'
import { SECRET } from '../support/oauth-client.ts'
import { listenHttp } from '../support/servers.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const SERVICE = { grant_types: ['client_credentials'] }

describe('RFC 7523: a client signs who it is', () => {
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

  test('every algorithm that discovery names is taken, and no other is named', async () => {
    const metadata = await app.fetch(new Request(`${app.url}/.well-known/oauth-authorization-server`))
    const facts = (await metadata.json()) as Record<string, readonly string[]>
    for (const endpoint of ['token', 'introspection', 'revocation']) {
      assert.ok(facts[`${endpoint}_endpoint_auth_methods_supported`]?.includes('private_key_jwt'), endpoint)
      assert.deepEqual(
        facts[`${endpoint}_endpoint_auth_signing_alg_values_supported`],
        ['RS256', 'RS384', 'PS256', 'PS384', 'ES256', 'ES384', 'EdDSA', 'Ed25519'],
        endpoint,
      )
    }
    for (const algorithm of facts.token_endpoint_auth_signing_alg_values_supported ?? []) {
      const own = await newClientKey(algorithm)
      await app.addClient('any', { ...SERVICE, jwks: [{ ...own.publicJwk, alg: algorithm }] })
      const answer = await askWith(app, await signAssertion(app, own, 'any'))
      assert.equal(answer.status, 200, `${algorithm} ${JSON.stringify(answer.body)}`)
    }
  })

  test('RFC 7521 §4.2 "client_id is unnecessary": it may be left out or be the same', async () => {
    assert.equal((await askWith(app, await sign())).status, 200)
    assert.equal((await askWith(app, await sign(), { client_id: 'service' })).status, 200)
    await refused(await askWith(app, await sign(), { client_id: 'both' }), 'other-client')
  })

  test('§3 "aud … SHOULD be the token endpoint": or the issuer, alone or among others', async () => {
    const endpoint = `${app.url}/auth/token`
    for (const aud of [app.url, endpoint, [app.url], ['https://other.example.org', endpoint]])
      assert.equal((await askWith(app, await sign({ aud }))).status, 200, JSON.stringify(aud))
  })

  test('§3 clocks may differ by a minute, also of what starts 8 seconds ahead', async () => {
    for (const claims of [
      { nbf: now() + 8 },
      { nbf: now() + 60 },
      { iat: now() + 60 },
      { iat: undefined },
      { exp: now() - 59 },
      { exp: now() + 300 },
      { exp: now() + 360 },
    ])
      assert.equal((await askWith(app, await sign(claims))).status, 200, JSON.stringify(claims))
  })

  const WRONG_CLAIMS: readonly (readonly [why: string, claims: () => Changes, reason: string])[] = [
    ['iss of another client', () => ({ iss: 'both' }), 'wrong-issuer'],
    ['no iss', () => ({ iss: undefined }), 'wrong-issuer'],
    ['aud of another server', () => ({ aud: 'https://other.example.org' }), 'wrong-audience'],
    ['aud that only begins alike', () => ({ aud: `${app.url}/auth/tokens` }), 'wrong-audience'],
    ['aud with a slash more', () => ({ aud: `${app.url}/` }), 'wrong-audience'],
    ['an array of other auds', () => ({ aud: ['a', 'b'] }), 'wrong-audience'],
    ['no aud', () => ({ aud: undefined }), 'wrong-audience'],
    ['an aud that is no string', () => ({ aud: { is: app.url } }), 'wrong-audience'],
    ['exp 5 minutes ago', () => ({ exp: now() - 300 }), 'expired-assertion'],
    ['exp 60 seconds ago', () => ({ exp: now() - 60 }), 'expired-assertion'],
    ['exp an hour ahead', () => ({ exp: now() + 3600 }), 'expires-too-late'],
    ['exp beyond every calendar', () => ({ exp: 1e300 }), 'expires-too-late'],
    ['no exp', () => ({ exp: undefined }), 'exp-missing'],
    ['exp in words', () => ({ exp: String(now() + 60) }), 'exp-missing'],
    ['nbf over a minute ahead', () => ({ nbf: now() + 61 }), 'not-yet-valid'],
    ['iat over a minute ahead', () => ({ iat: now() + 61 }), 'not-yet-valid'],
    ['nbf in words', () => ({ nbf: 'now' }), 'malformed-assertion'],
    ['no jti', () => ({ jti: undefined }), 'jti-missing'],
    ['a jti that is a number', () => ({ jti: 7 }), 'jti-missing'],
    ['an empty jti', () => ({ jti: '' }), 'jti-missing'],
    ['an endless jti', () => ({ jti: 'j'.repeat(1025) }), 'jti-missing'],
  ]
  for (const [why, claims, reason] of WRONG_CLAIMS)
    test(`§3 an assertion with ${why} is refused as ${reason}`, async () => {
      // NOTE: the library that signs would refuse some of these claims, so they are signed as bytes.
      const usual = { iss: 'service', sub: 'service', aud: app.url, jti: randomUUID(), exp: now() + 60 }
      const payload = JSON.stringify({ ...usual, ...claims() })
      const assertion = await new CompactSign(Buffer.from(payload))
        .setProtectedHeader({ alg: 'ES256', kid: 'now' })
        .sign(key.privateKey)
      await refused(await askWith(app, assertion), reason)
    })

  test('§3 sub "MUST be the client_id": missing, unknown or of an odd type names nobody', async () => {
    for (const [sub, reason] of [
      [undefined, 'wrong-issuer'],
      [7, 'wrong-issuer'],
      [['service'], 'wrong-issuer'],
      ['nobody', 'unknown-client'],
    ] as const) {
      const claims = { iss: sub, sub, aud: app.url, jti: randomUUID(), exp: now() + 60 } as object
      const assertion = await new SignJWT({ ...claims })
        .setProtectedHeader({ alg: 'ES256' })
        .sign(key.privateKey)
      await refused(await askWith(app, assertion), reason, null)
    }
  })

  const WRONG_HEADERS: readonly (readonly [why: string, header: Changes, reason: string])[] = [
    ['the type of an access token', { typ: 'at+jwt' }, 'wrong-type'],
    ['the type of a logout token', { typ: 'logout+jwt' }, 'wrong-type'],
    ['an extension it insists on', { crit: ['x-ours'], 'x-ours': 1 }, 'unknown-extension'],
    ['a kid that nobody has', { kid: 'gone' }, 'foreign-kid'],
    ['a kid that looks like a path', { kid: '../../../../dev/null' }, 'foreign-kid'],
    ['a kid that looks like SQL', { kid: "' or 1=1 --" }, 'foreign-kid'],
    ['a kid that is an object', { kid: { $ne: '' } }, 'foreign-kid'],
  ]
  for (const [why, header, reason] of WRONG_HEADERS)
    test(`RFC 8725 §3: a header with ${why} is refused as ${reason}`, async () => {
      await refused(await askWith(app, await sign({}, header)), reason)
    })

  test('RFC 7519 §5.1: typ may be left out, be JWT in any case, or the explicit type', async () => {
    for (const typ of [undefined, 'JWT', 'jwt', 'client-authentication+jwt'])
      assert.equal((await askWith(app, await sign({}, { typ }))).status, 200, String(typ))
    assert.equal((await askWith(app, await sign({}, { kid: undefined }))).status, 200)
  })

  test('RFC 8725 §3.9, §3.10: a key that the header brings along, inside or at an address, is not looked at', async () => {
    const thief = await newClientKey('ES256', 'now')
    let asked = 0
    const port = await listenHttp((_, response) => {
      asked += 1
      response.end(JSON.stringify({ keys: [thief.publicJwk] }))
    })
    for (const header of [
      { jwk: thief.publicJwk },
      { jku: `http://127.0.0.1:${port}/jwks` },
      { x5u: `http://127.0.0.1:${port}/jwks` },
      { x5c: ['MIIC'] },
    ]) {
      const assertion = await signAssertion(app, thief, 'service', {}, header)
      await refused(await askWith(app, assertion), 'bad-signature')
      assert.equal((await askWith(app, await sign({}, header))).status, 200)
    }
    assert.equal(asked, 0)
  })

  test('RFC 8725 §3.1: no signature, or an HMAC under the public key, is none', async () => {
    const usual = { iss: 'rsa', sub: 'rsa', aud: app.url, jti: randomUUID(), exp: now() + 60 }
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    const unsigned = `${part({ alg: 'none' })}.${part(usual)}.`
    await refused(await askWith(app, unsigned), 'malformed-assertion', null)
    await refused(await askWith(app, `${unsigned}AAAA`), 'wrong-algorithm', 'rsa')
    const pem = Buffer.from(JSON.stringify(rsa.publicJwk))
    for (const alg of ['HS256', 'HS384', 'HS512']) {
      const hmac = await new SignJWT(usual).setProtectedHeader({ alg, kid: rsa.kid }).sign(pem)
      await refused(await askWith(app, hmac), 'wrong-algorithm', 'rsa')
    }
  })

  test('RFC 8725 §3.1: the algorithm is that of the registered key, not what the header says', async () => {
    const assertion = await signAssertion(app, rsa, 'rsa')
    const [head = '', ...rest] = assertion.split('.')
    const header = JSON.parse(Buffer.from(head, 'base64url').toString())
    for (const [alg, reason] of [
      ['ES256', 'wrong-algorithm'],
      ['ES384', 'wrong-algorithm'],
      ['PS256', 'bad-signature'],
      ['RS384', 'bad-signature'],
      ['RS512', 'wrong-algorithm'],
      ['EdDSA', 'wrong-algorithm'],
    ] as const) {
      const forged = Buffer.from(JSON.stringify({ ...header, alg })).toString('base64url')
      await refused(await askWith(app, [forged, ...rest].join('.')), reason, 'rsa')
    }
    await app.addClient('pinned', { ...SERVICE, jwks: [{ ...rsa.publicJwk, alg: 'RS384' }] })
    await refused(await askWith(app, await signAssertion(app, rsa, 'pinned')), 'wrong-algorithm', 'pinned')
  })

  test('a changed claim, a changed or missing signature and a key of another client do not count', async () => {
    const [head, , signature = ''] = (await sign()).split('.')
    const other = (await sign({ aud: [app.url] })).split('.')[1]
    await refused(await askWith(app, `${head}.${other}.${signature}`), 'bad-signature')
    await refused(await askWith(app, `${head}.${other}.${signature.slice(2)}`), 'bad-signature')
    await refused(await askWith(app, await signAssertion(app, rsa, 'service')), 'foreign-kid')
    const stranger = await newClientKey('ES256', 'now')
    await refused(await askWith(app, await signAssertion(app, stranger, 'service')), 'bad-signature')
  })

  test('what is no JWT is refused, whatever it is', async () => {
    const part = (text: string): string => Buffer.from(text).toString('base64url')
    const signature = 'AAAA'
    for (const odd of [
      'x',
      '..',
      'a.b.c',
      `${part('null')}.${part('{}')}.${signature}`,
      `${part('[]')}.${part('{}')}.${signature}`,
      `${part('{"alg":"ES256"}')}.${part('"text"')}.${signature}`,
      `${part('{"alg":"ES256","alg":"RS256"}')}.${part('{}')}.${signature}`,
      `${part('{"alg":"ES256"}')}.${part('{"sub":"both","sub":"service"}')}.${signature}`,
      `${part('{"alg":"ES256"}')}.${part('{}')}.${signature}.${signature}.${signature}`,
      `${part('{"alg":"ES256"}')}.${part('['.repeat(5000))}.${signature}`,
      'A'.repeat(20_000),
      `${(await sign()).replace('.', '+')}`,
      ` ${await sign()}`,
    ])
      await refused(await askWith(app, odd), 'malformed-assertion', null)
  })
})
