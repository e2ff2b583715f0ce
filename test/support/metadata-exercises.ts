// What each advertised value promises, done once. The names are those of the metadata, the values those in it.
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { decodeJwt, decodeProtectedHeader, exportJWK, SignJWT } from 'jose'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { Suite } from './certification.ts'
import { SUITE_CALLBACK } from './certification.ts'
import { startExchange } from './foreign-issuer.ts'
import { basic, postToken, SECRET, statusOf } from './oauth-client.ts'
import { listenHttp } from './servers.ts'
import type { StoredApp } from './stored-app.ts'

export interface World {
  readonly app: StoredApp
  readonly suite: Suite
  readonly metadata: Readonly<Record<string, unknown>>
}

export type Exercise = (world: World) => Promise<void>

type Fields = Readonly<Record<string, string>>

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

const code: JsonObject = { redirect_uri: SUITE_CALLBACK, refresh_token: true }
const flows: JsonObject = {
  authorization_code: code,
  client_credentials: {},
  password: {},
  implicit: { redirect_uri: SUITE_CALLBACK },
}
const grants = ['authorization_code', 'refresh_token', 'client_credentials', 'password', 'implicit']

/** Registers a client of this one test; answers its id. */
export const register = async (
  { app }: World,
  attributes: JsonObject = {},
  secret: string | null = SECRET,
): Promise<string> => {
  const id = `c-${randomUUID()}`
  // NOTE: trusted, so that it may ask about tokens of others (RFC 7662 §4).
  const document = { first_party: true, trusted: true, grant_types: grants, auth: flows, ...attributes }
  await app.addClient(id, document, secret ?? undefined)
  return id
}

const post = async ({ app, metadata }: World, endpoint: string, fields: Fields, headers: Fields = {}) => {
  const response = await app.fetch(
    new Request(String(metadata[endpoint]), {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers,
    }),
  )
  const body = await response.text()
  return { status: response.status, body: body === '' ? {} : (JSON.parse(body) as Record<string, unknown>) }
}

/** Where a client shows who it is: the endpoint does what it is for, with the credentials given. */
export type Authenticated = (
  world: World,
  clientId: string,
  fields: Fields,
  headers?: Fields,
) => Promise<void>

const atToken: Authenticated = async (world, clientId, fields, headers) => {
  const answer = await world.suite.authorize(world.app.person(), {
    client_id: clientId,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
  })
  const redeemed = await post(
    world,
    'token_endpoint',
    {
      grant_type: 'authorization_code',
      redirect_uri: SUITE_CALLBACK,
      code: answer.get('code') ?? '',
      code_verifier: VERIFIER,
      ...fields,
    },
    headers,
  )
  assert.equal(redeemed.status, 200, JSON.stringify(redeemed.body))
  assert.equal(typeof redeemed.body.access_token, 'string')
}

const atIntrospection: Authenticated = async (world, _clientId, fields, headers) => {
  const { tokens } = await world.suite.signIn(world.app.person())
  const token = { token: String(tokens.access_token) }
  const { status, body } = await post(world, 'introspection_endpoint', { ...token, ...fields }, headers)
  assert.deepEqual([status, body.active], [200, true])
}

const atRevocation: Authenticated = async (world, _clientId, fields, headers) => {
  const { status } = await post(world, 'revocation_endpoint', { token: 'unknown', ...fields }, headers)
  assert.equal(status, 200)
}

const METHODS: Readonly<Record<string, (world: World, at: Authenticated) => Promise<void>>> = {
  client_secret_basic: async (world, at) => {
    const id = await register(world)
    await at(world, id, {}, basic(id, SECRET))
  },
  client_secret_post: async (world, at) => {
    const id = await register(world)
    await at(world, id, { client_id: id, client_secret: SECRET })
  },
  private_key_jwt: (world, at) => byAssertion(world, at, 'ES256'),
  none: async (world, at) => {
    const id = await register(world, {}, null)
    await at(world, id, { client_id: id })
  },
}

const keyPairOf = (algorithm: string) =>
  algorithm.startsWith('Ed')
    ? generateKeyPairSync('ed25519')
    : algorithm.startsWith('ES')
      ? generateKeyPairSync('ec', { namedCurve: algorithm === 'ES384' ? 'P-384' : 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 })

const byAssertion = async (world: World, at: Authenticated, alg: string): Promise<void> => {
  const { privateKey, publicKey } = keyPairOf(alg)
  const jwk = { ...(await exportJWK(publicKey)), kid: alg, alg, use: 'sig' }
  const id = await register(world, { jwks: [JSON.parse(JSON.stringify(jwk))] }, null)
  const now = Math.floor(world.app.clock.now().getTime() / 1000)
  const client_assertion = await new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg, kid: alg })
    .setIssuer(id)
    .setSubject(id)
    .setAudience(String(world.metadata.issuer))
    .setIssuedAt(now)
    .setExpirationTime(now + 60)
    .sign(privateKey)
  await at(world, id, { client_assertion_type: ASSERTION_TYPE, client_assertion })
}

const methodsAt = (at: Authenticated): Readonly<Record<string, Exercise>> =>
  Object.fromEntries(Object.entries(METHODS).map(([name, run]) => [name, (world: World) => run(world, at)]))

const algorithmsAt = (at: Authenticated): Readonly<Record<string, Exercise>> =>
  Object.fromEntries(
    ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA', 'Ed25519'].map(
      (alg) => [alg, (world: World) => byAssertion(world, at, alg)],
    ),
  )

const grant = (fields: (world: World) => Promise<Fields>): Exercise => {
  return async (world) => {
    const answer = await postToken(world.app, await fields(world))
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    assert.equal(typeof answer.body.access_token, 'string')
  }
}

const client = { client_id: 'client', client_secret: SECRET }

export const GRANTS: Readonly<Record<string, Exercise>> = {
  authorization_code: async ({ suite, app }) => {
    await suite.signIn(app.person())
  },
  refresh_token: grant(async ({ suite, app }) => ({
    ...client,
    grant_type: 'refresh_token',
    refresh_token: String((await suite.signIn(app.person())).tokens.refresh_token),
  })),
  client_credentials: grant(async (world) => ({
    client_id: await register(world),
    client_secret: SECRET,
    grant_type: 'client_credentials',
  })),
  password: grant(async (world) => ({
    client_id: await register(world),
    client_secret: SECRET,
    grant_type: 'password',
    username: 'ada',
    password: 'password of the suite',
  })),
  implicit: async (world) => {
    await RESPONSE_TYPES['id_token token']?.(world)
  },
  'urn:ietf:params:oauth:grant-type:token-exchange': async () => {
    const { exchange, sign } = await startExchange()
    assert.equal((await exchange(await sign())).status, 200)
  },
}

const responseType = (response_type: string): Exercise => {
  return async (world) => {
    const { app, suite } = world
    const browser = app.person()
    await suite.signIn(browser)
    const visit = await suite.ask(browser, { response_type })
    const parts = new URL(visit.location ?? '')
    const answer = new URLSearchParams(response_type === 'code' ? parts.search : parts.hash.slice(1))
    const tokens = response_type.split(' ').map((type) => (type === 'token' ? 'access_token' : type))
    for (const name of ['code', 'access_token', 'id_token'])
      assert.equal(answer.has(name), tokens.includes(name), name)
    if (answer.has('access_token')) assert.equal(await statusOf(app, answer.get('access_token')), 200)
    if (answer.has('id_token')) await suite.verify(answer.get('id_token'))
    if (answer.has('code')) assert.equal((await suite.redeem(answer.get('code'))).status, 200)
  }
}

export const RESPONSE_TYPES: Readonly<Record<string, Exercise>> = Object.fromEntries(
  ['code', 'token', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'].map(
    (type) => [type, responseType(type)],
  ),
)

export const AUTHENTICATION: Readonly<Record<string, Readonly<Record<string, Exercise>>>> = {
  token_endpoint_auth_methods_supported: methodsAt(atToken),
  token_endpoint_auth_signing_alg_values_supported: algorithmsAt(atToken),
  introspection_endpoint_auth_methods_supported: methodsAt(atIntrospection),
  introspection_endpoint_auth_signing_alg_values_supported: algorithmsAt(atIntrospection),
  revocation_endpoint_auth_methods_supported: methodsAt(atRevocation),
  revocation_endpoint_auth_signing_alg_values_supported: algorithmsAt(atRevocation),
}

/** An ID token that was signed for a client which registered the algorithm. */
export const signedBy = (algorithm: string): Exercise => {
  return async (world) => {
    const id = await register(world, { id_token_signed_response_alg: algorithm })
    const answer = await world.suite.authorize(world.app.person(), { client_id: id })
    const { body } = await world.suite.redeem(answer.get('code'), { client_id: id })
    assert.equal(decodeProtectedHeader(String(body.id_token)).alg, algorithm)
  }
}

/** Ends a session and answers what the client heard behind the back of the browser. */
export const heardLogout = async (world: World): Promise<Record<string, unknown>> => {
  const { app, suite } = world
  const heard: string[] = []
  const port = await listenHttp(async (request, response) => {
    heard.push(new URLSearchParams(await text(request)).get('logout_token') ?? '')
    response.end()
  })
  const id = await register(world, { backchannel_logout_uri: `http://127.0.0.1:${port}/` })
  const browser = app.person()
  const answer = await suite.authorize(browser, { client_id: id })
  const { body } = await suite.redeem(answer.get('code'), { client_id: id })
  await browser.visit(`/auth/end-session?${new URLSearchParams({ id_token_hint: String(body.id_token) })}`)
  await app.app.deliverLogouts()
  assert.equal(heard.length, 1)
  return { ...decodeJwt(heard[0] ?? ''), expectedSid: decodeJwt(String(body.id_token)).sid }
}
