// A client with keys of its own, as the tests of client assertions play it.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { CryptoKey, JWTHeaderParameters } from 'jose'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Clock } from '../../src/kernel/clock.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import type { Endpoints, TokenAnswer } from './oauth-client.ts'
import type { StoredApp } from './stored-app.ts'

export const JWT_BEARER = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

export interface ClientKey {
  readonly algorithm: string
  readonly kid: string
  readonly publicJwk: JsonObject
  readonly privateKey: CryptoKey
}

/** Makes a key pair for the algorithm. */
export const newClientKey = async (algorithm = 'ES256', kid: string = randomUUID()): Promise<ClientKey> => {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const publicJwk = { ...(await exportJWK(publicKey)), kid } as JsonObject
  return { algorithm, kid, publicJwk, privateKey }
}

export type Changes = Readonly<Record<string, unknown>>

/** Signs an assertion for the issuer that is good for a minute; `undefined` in the changes leaves a claim out. */
export const signAssertion = (
  app: { readonly url: string; readonly clock: Clock },
  key: ClientKey,
  clientId: string,
  claims: Changes = {},
  header: Changes = {},
): Promise<string> => {
  const now = Math.floor(app.clock.now().getTime() / 1000)
  const usual = { iss: clientId, sub: clientId, aud: app.url, jti: randomUUID(), iat: now, exp: now + 60 }
  return new SignJWT(given({ ...usual, ...claims }))
    .setProtectedHeader(
      given({ alg: key.algorithm, typ: 'JWT', kid: key.kid, ...header }) as JWTHeaderParameters,
    )
    .sign(key.privateKey, { crit: { 'x-ours': false } })
}

export const presented = (assertion: string): Readonly<Record<string, string>> => ({
  client_assertion_type: JWT_BEARER,
  client_assertion: assertion,
})

/** Posts a form to an endpoint for clients. */
export const postForm = async (
  app: Endpoints,
  path: string,
  parameters: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> => {
  const response = await app.fetch(
    new Request(app.url + path, { method: 'POST', body: new URLSearchParams(parameters), headers }),
  )
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
}

/** Asks for tokens of the client itself. */
export const askWith = (
  app: Endpoints,
  assertion: string,
  parameters: Readonly<Record<string, string>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> =>
  postForm(
    app,
    '/auth/token',
    { grant_type: 'client_credentials', ...presented(assertion), ...parameters },
    headers,
  )

/** Why this answer's client was not let in, and which one it was: only the audit log is told. */
export const refusalOf = async (
  { database }: Pick<StoredApp, 'database'>,
  { headers }: TokenAnswer,
): Promise<readonly (readonly [reason: string | null, clientId: string | null])[]> => {
  const rows = await database.all<{ reason: string | null; client_id: string | null }>(
    database.sql
      .selectFrom('audit_event')
      .select(['reason', 'client_id'])
      .where('event', '=', 'client-authentication')
      .where('outcome', '=', 'failure')
      .where('request_id', '=', headers.get('x-request-id')),
  )
  return rows.map((row) => [row.reason, row.client_id])
}

/** A refusal as RFC 6749 §5.2 has it, whose real reason is in the audit log alone. */
export const assertRefused = async (
  app: Pick<StoredApp, 'database'>,
  answer: TokenAnswer,
  reason: string,
  clientId: string | null,
): Promise<void> => {
  assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'], reason)
  assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic realm=/)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.deepEqual(await refusalOf(app, answer), [[reason, clientId]])
}

const given = (values: Changes): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
