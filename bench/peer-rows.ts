import { hash } from 'node:crypto'
import type { Bench, Target } from './bench.ts'
import type { Ask, Connection } from './connection.ts'
import type { BenchClient } from './countersign.ts'
import { basic, CLIENTS, REDIRECT_URI } from './countersign.ts'
import { expectStatus, rateOf, runAll } from './load.ts'
import type { PeerRow } from './peer-goals.ts'
import { peerFigure } from './peer-goals.ts'
import { codeOf, createBrowser } from './sign-in.ts'
import { FLOOR_USERINFO } from './token-rows.ts'

type Side = 'floor' | 'ours' | 'peer'

interface Paths {
  readonly authorize: string
  readonly token: string
  readonly introspect: string
  readonly userinfo: string
  readonly jwks: string
}

const PATHS: Readonly<Record<'ours' | 'peer', Paths>> = {
  ours: {
    authorize: '/auth/authorize',
    token: '/auth/token',
    introspect: '/auth/introspect',
    userinfo: '/auth/userinfo',
    jwks: '/.well-known/jwks.json',
  },
  peer: {
    authorize: '/auth',
    token: '/token',
    introspect: '/token/introspection',
    userinfo: '/me',
    jwks: '/jwks',
  },
}

const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const AUTHORIZATION = new URLSearchParams({
  client_id: CLIENTS.opaque.id,
  response_type: 'code',
  redirect_uri: REDIRECT_URI,
  scope: 'openid',
  state: 'state-of-the-benchmark',
  code_challenge: hash('sha256', VERIFIER, 'base64url'),
  code_challenge_method: 'S256',
}).toString()

/** A browser that is signed in at either server. */
export interface PeerResidents {
  readonly ours: string
  readonly peer: string
}

/** Signs a browser in at the peer, which asks nobody for anything; answers its cookies. */
export const settleInAtPeer = async (peer: Target): Promise<string> => {
  const browser = createBrowser(peer.connection, peer.server.origin)
  codeOf((await browser.open(`${PATHS.peer.authorize}?${AUTHORIZATION}`)).answer)
  return browser.cookie()
}

/** The rows of both servers and the floor, in an order that turns with the rounds. */
export const measurePeerRows = async (
  bench: Bench,
  peer: Target,
  cookies: PeerResidents,
  round: number,
): Promise<void> => {
  const { floor, ours, plan, figures } = bench
  const targets = { floor, ours, peer }
  const measure = async (row: PeerRow, sides: Partial<Record<Side, () => Promise<number>>>) => {
    const order = (['floor', 'ours', 'peer'] as const).map(
      (_, index, all) => all[(index + round) % 3] ?? 'ours',
    )
    for (const side of order) {
      const rate = await sides[side]?.()
      if (rate !== undefined) figures.record(peerFigure(row, side), rate)
    }
  }
  const rate = (side: Side, ask: Ask) => () => rateOf(targets[side].connections, ask, plan.rowMs)

  for (const [row, client, floorPath] of [
    ['client_credentials, opaque', CLIENTS.opaque, '/token/opaque'],
    ['client_credentials, JWT RS256', CLIENTS.jwt, '/token/jwt'],
    ['client_credentials, JWT ES256', CLIENTS.es256, '/token/es256'],
  ] as const) {
    const ask = (path: string) => post(path, client, { grant_type: 'client_credentials' })
    await measure(row, {
      floor: rate('floor', ask(floorPath)),
      ours: rate('ours', ask(PATHS.ours.token)),
      peer: rate('peer', ask(PATHS.peer.token)),
    })
  }

  const tokens = { ours: [] as readonly Tokens[], peer: [] as readonly Tokens[] }
  const flow = async (side: 'ours' | 'peer'): Promise<number> => {
    const jobs = Array.from({ length: plan.tokenRequests }, () => cookies[side])
    const run = (connection: Connection, cookie: string) => codeFlow(connection, PATHS[side], cookie)
    const { perSecond, results } = await runAll(targets[side].connections, jobs, run)
    tokens[side] = results
    return perSecond
  }
  const floorFlow = async (connection: Connection): Promise<void> => {
    expectStatus(FLOOR_AUTHORIZE, await connection.send(FLOOR_AUTHORIZE), 303)
    await floorSigned(connection)
  }
  const floorRate = async (run: (connection: Connection) => Promise<void>): Promise<number> =>
    (await runAll(floor.connections, Array.from({ length: plan.tokenRequests }), run)).perSecond
  await measure('code flow with PKCE, signed in', {
    floor: () => floorRate(floorFlow),
    ours: () => flow('ours'),
    peer: () => flow('peer'),
  })
  const refreshAll = (side: 'ours' | 'peer') => async (): Promise<number> => {
    const run = (connection: Connection, token: Tokens) => refreshOnce(connection, PATHS[side], token)
    const { perSecond, results } = await runAll(targets[side].connections, tokens[side], run)
    tokens[side] = results
    return perSecond
  }
  await measure('refresh with rotation', {
    floor: () => floorRate(floorSigned),
    ours: refreshAll('ours'),
    peer: refreshAll('peer'),
  })

  const last = (side: 'ours' | 'peer'): string => tokens[side].at(-1)?.accessToken ?? ''
  const introspect = (side: 'ours' | 'peer') =>
    rate(side, post(PATHS[side].introspect, CLIENTS.opaque, { token: last(side) }))
  await measure('introspection', {
    floor: rate('floor', post('/introspect', CLIENTS.opaque, { token: 'a-token-that-is-known' })),
    ours: introspect('ours'),
    peer: introspect('peer'),
  })
  const userinfo = (side: 'ours' | 'peer') =>
    rate(side, { path: PATHS[side].userinfo, headers: { authorization: `Bearer ${last(side)}` } })
  await measure('userinfo', {
    floor: rate('floor', FLOOR_USERINFO),
    ours: userinfo('ours'),
    peer: userinfo('peer'),
  })
  await measure('session read', {
    floor: rate('floor', FLOOR_USERINFO),
    ours: rate('ours', { path: PATHS.ours.userinfo, headers: { cookie: cookies.ours } }),
  })
  const discovery = { path: '/.well-known/openid-configuration' }
  const document = rate('floor', { path: '/document' })
  await measure('discovery', {
    floor: document,
    ours: rate('ours', discovery),
    peer: rate('peer', discovery),
  })
  await measure('JWKS', {
    floor: document,
    ours: rate('ours', { path: PATHS.ours.jwks }),
    peer: rate('peer', { path: PATHS.peer.jwks }),
  })
}

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

const FLOOR_AUTHORIZE: Ask = { path: '/authorize' }
const FLOOR_SIGNED: Ask = { path: '/token/jwt', method: 'POST', body: AUTHORIZATION }

/** An ID token is signed with each answer for `openid`, on both sides. */
const floorSigned = async (connection: Connection): Promise<void> => {
  expectStatus(FLOOR_SIGNED, await connection.send(FLOOR_SIGNED), 200)
}

const post = (
  path: string,
  { id, secret }: BenchClient,
  parameters: Readonly<Record<string, string>>,
): Ask => ({
  path,
  method: 'POST',
  headers: { authorization: basic(id, secret), 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(parameters).toString(),
})

const askForTokens = async (
  connection: Connection,
  paths: Paths,
  parameters: Readonly<Record<string, string>>,
): Promise<Tokens> => {
  const ask = post(paths.token, CLIENTS.opaque, parameters)
  const body = JSON.parse(expectStatus(ask, await connection.send(ask), 200).body)
  return { accessToken: body.access_token, refreshToken: body.refresh_token }
}

const codeFlow = async (connection: Connection, paths: Paths, cookie: string): Promise<Tokens> => {
  const ask = { path: `${paths.authorize}?${AUTHORIZATION}`, headers: { accept: 'text/html', cookie } }
  return askForTokens(connection, paths, {
    grant_type: 'authorization_code',
    code: codeOf(await connection.send(ask)),
    redirect_uri: REDIRECT_URI,
    code_verifier: VERIFIER,
  })
}

const refreshOnce = (connection: Connection, paths: Paths, { refreshToken }: Tokens): Promise<Tokens> =>
  askForTokens(connection, paths, { grant_type: 'refresh_token', refresh_token: refreshToken })
