// Another issuer, the introspectors that stand for it, and clients that exchange its tokens.
import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import type { JWTHeaderParameters, JWTPayload } from 'jose'
import { SignJWT } from 'jose'
import type { JsonObject } from '../../src/kernel/json.ts'
import { basic, postToken, SECRET } from './oauth-client.ts'
import { listenHttp } from './servers.ts'
import { startStoredApp } from './stored-app.ts'

export const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
export const JWT = 'urn:ietf:params:oauth:token-type:jwt'
export const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
export const [RSA_ISSUER, EC_ISSUER, MAC_ISSUER, JWKS_ISSUER] = [
  'https://rsa.test',
  'https://ec.test',
  'mac',
  'https://jwks.test',
]
export const MAC_SECRET = 'a shared secret of at least 32 bytes, kept by two'

export const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const other = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const published = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const pemOf = (key: typeof rsa.publicKey) => String(key.export({ type: 'spki', format: 'pem' }))
export const RSA_PEM = pemOf(rsa.publicKey)

export const exchanger = (settings: JsonObject = {}, attributes: JsonObject = {}): JsonObject => ({
  grant_types: [GRANT],
  allowedIssuers: [RSA_ISSUER, EC_ISSUER, MAC_ISSUER, JWKS_ISSUER],
  auth: { token_exchange: settings },
  ...attributes,
})

export type Exchange = Awaited<ReturnType<typeof startExchange>>

export const startExchange = async () => {
  const app = await startStoredApp()
  const issuer = await startIssuer()
  for (const id of ['ann', 'bob']) await app.addUser({ id })
  await app.addUser({ id: 'gone', inactive: true })
  await app.addClient('api', exchanger({}, { scope: ['a', 'b', 'openid'] }), SECRET)
  await app.addClient(
    'jwt',
    exchanger({ token_format: 'jwt', audience: ['https://x.test'], refresh_token: true }),
    SECRET,
  )
  await app.addClient('narrow', exchanger({}, { allowedIssuers: [EC_ISSUER] }), SECRET)
  await app.addClient('unlisted', { ...exchanger(), grant_types: ['code'] }, SECRET)
  await app.addClient('public', exchanger())
  const put = async (id: string, body: JsonObject) => {
    const answer = await app.rest('PUT', `/TokenIntrospector/${id}`, body)
    assert.equal(answer.status, 201, await answer.text())
  }
  await put('rsa', {
    type: 'jwt',
    jwt: { iss: RSA_ISSUER, keys: [{ pub: RSA_PEM, kty: 'RSA', alg: 'RS256', format: 'PEM' }] },
  })
  const plain = ec.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  await put('ec', {
    type: 'jwt',
    audience: ['for-us'],
    jwt: { iss: EC_ISSUER, keys: [{ pub: plain, kty: 'EC', alg: 'ES256', format: 'plain' }] },
  })
  await put('mac', { type: 'jwt', jwt: { iss: MAC_ISSUER, secret: MAC_SECRET } })
  await put('jwks', {
    type: 'jwt',
    jwt: { iss: JWKS_ISSUER },
    jwks_uri: `${issuer.url}/jwks`,
    cache_ttl: 60,
  })

  const now = () => Math.floor(app.clock.now().getTime() / 1000)
  const sign = (
    claims: JWTPayload = {},
    header: Partial<JWTHeaderParameters> = {},
    key: Parameters<SignJWT['sign']>[0] = rsa.privateKey,
  ) =>
    new SignJWT({ iss: RSA_ISSUER, sub: 'ann', exp: now() + 300, ...claims })
      .setProtectedHeader({ alg: 'RS256', ...header })
      .sign(key)
  const exchange = (token: string, parameters: Readonly<Record<string, string>> = {}, client = 'api') =>
    postToken(
      app,
      { grant_type: GRANT, subject_token: token, subject_token_type: JWT, ...parameters },
      basic(client, SECRET),
    )
  const refused = async (token: string, message: string, client = 'api', type = JWT) => {
    const { status, body } = await exchange(token, { subject_token_type: type }, client)
    assert.deepEqual([status, body.error], [400, 'invalid_request'], `${message} ${JSON.stringify(body)}`)
    assert.equal(body.access_token, undefined)
  }
  return { app, issuer, now, sign, exchange, refused }
}

/** Another authorization server, as far as it matters here. */
const startIssuer = async () => {
  const asked = new Map<string, number>()
  const state = {
    answer: {} as unknown,
    last: {} as { readonly authorization: string | undefined; readonly body: string },
    asked: (path: string) => asked.get(path) ?? 0,
    url: '',
  }
  const port = await listenHttp(async (request, response) => {
    const path = request.url ?? ''
    asked.set(path, (asked.get(path) ?? 0) + 1)
    let body = ''
    for await (const chunk of request) body += String(chunk)
    if (path === '/introspect') state.last = { authorization: request.headers.authorization, body }
    const keys = [{ ...published.publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES384', use: 'sig' }]
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(path === '/introspect' ? state.answer : { keys }))
  })
  state.url = `http://127.0.0.1:${port}`
  return state
}
