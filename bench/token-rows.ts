import type { Answer, Ask, Connection } from './connection.ts'
import type { BenchClient, BenchUser } from './countersign.ts'
import { basic, CLIENTS, REDIRECT_URI } from './countersign.ts'
import type { Measured } from './load.ts'
import { expectStatus, runAll } from './load.ts'
import { authorizationQuery, codeOf, signIn } from './sign-in.ts'

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

/** Gets so many codes from a browser that is signed in, without measuring it. */
export const prepareCodes = async (
  connections: readonly Connection[],
  client: BenchClient,
  cookie: string,
  count: number,
): Promise<readonly string[]> => {
  const ask: Ask = {
    path: `/auth/authorize?${authorizationQuery(client)}`,
    headers: { accept: 'text/html', cookie },
  }
  const asks = Array.from({ length: count }, () => ask)
  const { results } = await runAll(connections, asks, async (connection, one) =>
    codeOf(await connection.send(one)),
  )
  return results
}

export const redeemCode = (connection: Connection, client: BenchClient, code: string): Promise<Tokens> =>
  askForTokens(connection, client, { grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI })

/** Rotates: the token given is used up. */
export const refresh = (connection: Connection, client: BenchClient, token: string): Promise<Tokens> =>
  askForTokens(connection, client, { grant_type: 'refresh_token', refresh_token: token })

export const redeemAll = (
  connections: readonly Connection[],
  client: BenchClient,
  codes: readonly string[],
): Promise<Measured<Tokens>> =>
  runAll(connections, codes, (connection, code) => redeemCode(connection, client, code))

export const refreshAll = (
  connections: readonly Connection[],
  client: BenchClient,
  tokens: readonly Tokens[],
): Promise<Measured<Tokens>> =>
  runAll(connections, tokens, (connection, { refreshToken }) => refresh(connection, client, refreshToken))

/** Sends the floor a request of the same size. */
export const floorTokens = (
  connections: readonly Connection[],
  client: BenchClient,
  count: number,
): Promise<Measured<Tokens>> => {
  const code = 'x'.repeat(43)
  const asks = Array.from({ length: count }, () =>
    tokenRequest(`/token/${client.tokenFormat}`, client, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: REDIRECT_URI,
    }),
  )
  return runAll(connections, asks, async (connection, ask) => tokensOf(ask, await connection.send(ask)))
}

const askForTokens = async (
  connection: Connection,
  client: BenchClient,
  parameters: Readonly<Record<string, string>>,
): Promise<Tokens> => {
  const ask = tokenRequest('/auth/token', client, parameters)
  return tokensOf(ask, await connection.send(ask))
}

const tokenRequest = (
  path: string,
  { id, secret }: BenchClient,
  parameters: Readonly<Record<string, string>>,
): Ask => ({
  path,
  method: 'POST',
  headers: { authorization: basic(id, secret), 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(parameters).toString(),
})

const tokensOf = (ask: Ask, answer: Answer): Tokens => {
  const body = JSON.parse(expectStatus(ask, answer, 200).body)
  return { accessToken: body.access_token, refreshToken: body.refresh_token }
}

/** The floor knows one token. */
export const FLOOR_USERINFO: Ask = {
  path: '/userinfo',
  headers: { authorization: 'Bearer a-token-that-is-known' },
}

export const userinfo = (token: string): Ask => ({
  path: '/auth/userinfo',
  headers: { authorization: `Bearer ${token}` },
})

/** Somebody who is signed in at both clients: a cookie and tokens to measure with. */
export interface Resident {
  readonly cookie: string
  readonly jwt: Tokens
  readonly opaque: Tokens
}

export const settleIn = async (
  connection: Connection,
  origin: string,
  user: BenchUser,
): Promise<Resident> => {
  const { code, cookie } = await signIn(connection, origin, CLIENTS.jwt, user)
  const [opaqueCode = ''] = await prepareCodes([connection], CLIENTS.opaque, cookie, 1)
  return {
    cookie,
    jwt: await redeemCode(connection, CLIENTS.jwt, code),
    opaque: await redeemCode(connection, CLIENTS.opaque, opaqueCode),
  }
}
