// RFC 8693 §2.2.2, RFC 8725: which subject tokens are believed.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { base64url, SignJWT, UnsecuredJWT } from 'jose'
import type { Exchange } from '../support/foreign-issuer.ts'
import {
  ACCESS_TOKEN,
  EC_ISSUER,
  ec,
  exchanger,
  JWKS_ISSUER,
  MAC_ISSUER,
  MAC_SECRET,
  other,
  published,
  RSA_ISSUER,
  RSA_PEM,
  rsa,
  startExchange,
} from '../support/foreign-issuer.ts'
import { SECRET } from '../support/oauth-client.ts'

describe('RFC 8693: subject tokens', () => {
  let app: Exchange['app']
  let issuer: Exchange['issuer']
  let now: Exchange['now']
  let sign: Exchange['sign']
  let exchange: Exchange['exchange']
  let refused: Exchange['refused']
  before(async () => {
    ;({ app, issuer, now, sign, exchange, refused } = await startExchange())
  })

  test('keys of every kind verify the tokens of their issuer', async () => {
    const tokens = [
      await sign(),
      await sign({ iss: EC_ISSUER, aud: 'for-us' }, { alg: 'ES256' }, ec.privateKey),
      await sign({ iss: MAC_ISSUER }, { alg: 'HS256' }, new TextEncoder().encode(MAC_SECRET)),
      await sign({ iss: JWKS_ISSUER }, { alg: 'ES384', kid: 'one' }, published.privateKey),
      await sign({ iss: JWKS_ISSUER }, { alg: 'ES384' }, published.privateKey),
    ]
    for (const token of tokens) assert.equal((await exchange(token)).status, 200, token)
  })

  test('§2.2.2: a token that is forged, or of somebody else, MUST be refused with invalid_request', async () => {
    const good = await sign()
    const [head = '', body = '', signature = ''] = good.split('.')
    const encode = (value: object) => base64url.encode(JSON.stringify(value))
    const claims = { iss: RSA_ISSUER, sub: 'ann', exp: now() + 300 }
    const mac = new TextEncoder().encode(RSA_PEM)
    for (const [name, token] of Object.entries({
      'other key': await sign({}, {}, other.privateKey),
      'alg none': new UnsecuredJWT(claims).encode(),
      'alg none with a signature': `${encode({ alg: 'none' })}.${body}.${signature}`,
      'HS256 with the public key as the secret': await sign({}, { alg: 'HS256' }, mac),
      'another alg of the same key': await sign({}, { alg: 'RS512' }, rsa.privateKey),
      'PS256 of the same key': await sign({}, { alg: 'PS256' }, rsa.privateKey),
      'changed claims': `${head}.${encode({ ...claims, sub: 'bob' })}.${signature}`,
      'no signature': `${head}.${body}.`,
      'a key of its own': await sign(
        {},
        { jwk: other.publicKey.export({ format: 'jwk' }) as object },
        other.privateKey,
      ),
      'a key set of its own': await sign({}, { jku: `${issuer.url}/evil`, kid: 'evil' }, other.privateKey),
      'a kid with a path': await sign({}, { kid: '../../dev/null' }, other.privateKey),
      'unknown kid': await sign({ iss: JWKS_ISSUER }, { alg: 'ES384', kid: 'two' }, published.privateKey),
      expired: await sign({ exp: now() - 1 }),
      'expires now': await sign({ exp: now() }),
      'exp as text': await sign({ exp: String(now() + 300) as unknown as number }),
      'not yet valid': await sign({ nbf: now() + 120 }),
      'from the future': await sign({ iat: now() + 120 }),
      'for somebody else': await sign({ aud: 'https://else.test' }),
      'for nobody': await sign({ aud: [] }),
      'for an object': await sign({ aud: { a: 1 } as unknown as string }),
      'without audience where one is listed': await sign({ iss: EC_ISSUER }, { alg: 'ES256' }, ec.privateKey),
      'an issuer the client does not list': await sign({ iss: 'https://else.test' }),
      'an issuer of almost that name': await sign({ iss: `${RSA_ISSUER}/` }),
      'an issuer that is a list': await sign({ iss: [RSA_ISSUER] as unknown as string }),
      'an unknown user': await sign({ sub: 'nobody' }),
      'no user': await sign({ sub: undefined as unknown as string }),
      'a user that is a number': await sign({ sub: 7 as unknown as string }),
      'two subs': [
        head,
        base64url.encode(`{"iss":"${RSA_ISSUER}","sub":"bob","sub":"ann","exp":${now() + 9}}`),
        signature,
      ].join('.'),
      'not a token': 'abc',
      'five parts': `${good}.x.y`,
      blanks: ` ${good}`,
    }))
      await refused(token, name)
    const { exp: _, ...timeless } = claims
    const endless = await new SignJWT(timeless).setProtectedHeader({ alg: 'RS256' }).sign(rsa.privateKey)
    await refused(endless, 'no exp')
    await refused(good, 'an issuer that this client does not list', 'narrow')
    const critical = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', crit: ['b64'], b64: true })
    await refused(await critical.sign(rsa.privateKey), 'a header that must be understood')
    assert.equal(issuer.asked('/evil'), 0, 'nobody has us fetch keys')
  })

  test('the audience may be this server, its token endpoint, the client, or one that is listed', async () => {
    for (const aud of [app.url, `${app.url}/auth/token`, 'api', ['x', 'api']])
      assert.equal((await exchange(await sign({ aud }))).status, 200, String(aud))
  })

  test('box_user names the user where it is there', async () => {
    const { body } = await exchange(await sign({ sub: 'someone-elsewhere', box_user: 'bob' }), {}, 'jwt')
    assert.match(
      new TextDecoder().decode(base64url.decode(String(body.access_token).split('.')[1] ?? '')),
      /"sub":"bob"/,
    )
  })

  test('keys of a set are cached, and fetched again for a kid that is not there', async () => {
    const token = () => sign({ iss: JWKS_ISSUER }, { alg: 'ES384', kid: 'one' }, published.privateKey)
    await exchange(await token())
    const asked = issuer.asked('/jwks')
    for (let time = 0; time < 5; time++) assert.equal((await exchange(await token())).status, 200)
    assert.equal(issuer.asked('/jwks'), asked)
    app.clock.advance(61_000)
    assert.equal((await exchange(await token())).status, 200)
    assert.equal(issuer.asked('/jwks'), asked + 1)
  })

  test('while the key set of an issuer cannot be had its tokens are refused, and those of others are not', async () => {
    await app.rest('PUT', '/TokenIntrospector/jwks', {
      type: 'jwt',
      jwt: { iss: JWKS_ISSUER },
      jwks_uri: 'http://127.0.0.1:1/jwks',
    })
    const lost = await sign({ iss: JWKS_ISSUER }, { alg: 'ES384', kid: 'one' }, published.privateKey)
    await refused(lost, 'no keys')
    assert.equal((await exchange(await sign())).status, 200)
  })

  test('RFC 7662: an opaque token counts when its issuer says that it is active', async () => {
    await app.rest('PUT', '/TokenIntrospector/opaque', {
      type: 'opaque',
      introspection_endpoint: { url: `${issuer.url}/introspect`, authorization: 'Bearer of-the-operator' },
    })
    await app.addClient('opaque', exchanger({}, { allowedIssuers: [issuer.url], scope: ['a'] }), SECRET)
    issuer.answer = { active: true, sub: 'ann', scope: 'a b' }
    const right = await exchange('an-opaque-token', { subject_token_type: ACCESS_TOKEN }, 'opaque')
    assert.deepEqual([right.status, right.body.scope], [200, 'a'], JSON.stringify(right.body))
    assert.deepEqual(issuer.last, {
      authorization: 'Bearer of-the-operator',
      body: 'token=an-opaque-token&token_type_hint=access_token',
    })
    for (const answer of [
      { active: false },
      { active: 'true', sub: 'ann' },
      { active: true, sub: 'nobody' },
      { active: true, sub: 'ann', exp: now() - 1 },
      { active: true, sub: 'ann', aud: 'else' },
      { active: true, sub: 'ann', iss: 'https://else.test' },
      [],
      'x',
    ]) {
      issuer.answer = answer
      await refused('an-opaque-token', JSON.stringify(answer), 'opaque', ACCESS_TOKEN)
    }
    issuer.answer = { active: true, sub: 'ann' }
    await refused('an-opaque-token', 'as a JWT it is none', 'opaque')
    const allowedIssuers = [...'12345'].map((name) => `https://jwt${name}.test`)
    await app.addClient('many', exchanger({}, { allowedIssuers: [...allowedIssuers, issuer.url] }), SECRET)
    const late = await exchange('an-opaque-token', { subject_token_type: ACCESS_TOKEN }, 'many')
    assert.equal(late.status, 200, 'issuers that nobody is asked about do not count')
    const asked = issuer.asked('/introspect')
    await refused('an-opaque-token', 'a client with other issuers', 'api', ACCESS_TOKEN)
    assert.equal(issuer.asked('/introspect'), asked, 'nobody else is shown the token')
  })

  test('every refusal is in the audit log with its reason', async () => {
    const rows = await app.database.all<{ reason: string | null }>(
      app.database.sql
        .selectFrom('audit_event')
        .select('reason')
        .where('event', '=', 'token-issue')
        .distinct(),
    )
    const reasons = new Set(rows.map(({ reason }) => reason))
    for (const reason of [
      'malformed',
      'wrong-signature',
      'critical-header',
      'unknown-key',
      'keys-unavailable',
      'expired',
      'no-expiry',
      'not-yet-valid',
      'other-audience',
      'other-issuer',
      'unknown-issuer',
      'unknown-user',
      'not-active',
      'introspection-failed',
    ])
      assert.ok(reasons.has(reason), reason)
  })
})
