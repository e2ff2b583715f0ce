import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import { build } from '../scripts/build/made.ts'
import { SERVER } from '../scripts/build/server.ts'
import type { DatabaseConfig } from '../src/db/open-database.ts'
import type { ChildServer } from './child-server.ts'
import { freePort, startChildServer } from './child-server.ts'
import type { Connection } from './connection.ts'
import { expectStatus, runAll } from './load.ts'

const ROOT_SECRET = 'the-secret-of-the-benchmark'
const SECRET_KEY = randomBytes(32).toString('base64')
const MAIN = new URL('main.js', SERVER.folder).pathname

export const REDIRECT_URI = 'http://localhost:3001'

/** Starts the product as an operator would, with its request log on; only the rate limits are off. */
export const startCountersign = async (database: DatabaseConfig, folder: string): Promise<ChildServer> => {
  await build(SERVER, true)
  const port = await freePort()
  return startChildServer({
    script: MAIN,
    port,
    log: join(folder, 'countersign.log'),
    env: {
      COUNTERSIGN_URL: `http://127.0.0.1:${port}`,
      COUNTERSIGN_DATA_DIR: database.kind === 'sqlite' ? database.directory : join(folder, 'data'),
      ...(database.kind === 'postgres' ? { DATABASE_URL: database.url } : {}),
      COUNTERSIGN_SECRET_KEY: SECRET_KEY,
      COUNTERSIGN_ROOT_CLIENT_SECRET: ROOT_SECRET,
      COUNTERSIGN_ADMIN_PASSWORD: ROOT_SECRET,
      COUNTERSIGN_RATE_LIMITS: 'off',
    },
  })
}

export interface BenchClient {
  readonly id: string
  readonly secret: string
  readonly tokenFormat: 'jwt' | 'opaque'
  readonly algorithm: 'RS256' | 'ES256'
}

export const CLIENTS = {
  jwt: { id: 'mywebapp', secret: 'verysecret', tokenFormat: 'jwt', algorithm: 'RS256' },
  opaque: { id: 'opaque-app', secret: 'verysecret', tokenFormat: 'opaque', algorithm: 'RS256' },
  es256: { id: 'es256-app', secret: 'verysecret', tokenFormat: 'jwt', algorithm: 'ES256' },
} as const satisfies Record<string, BenchClient>

/** A user whose second factor is on; a code works once, so each signs in once. */
export interface BenchUser {
  readonly id: string
  readonly password: string
  /** The code of this moment. */
  readonly code: () => string
}

export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const put = async (connection: Connection, path: string, document: unknown): Promise<void> => {
  const ask = {
    method: 'PUT',
    path,
    headers: { authorization: basic('root', ROOT_SECRET), 'content-type': 'application/json' },
    body: JSON.stringify(document),
  } as const
  expectStatus(ask, await connection.send(ask), 201)
}

export const createClients = async (connection: Connection): Promise<void> => {
  for (const { id, secret, tokenFormat, algorithm } of Object.values(CLIENTS)) {
    const tokens = {
      access_token_expiration: 3600,
      ...(tokenFormat === 'jwt' ? { token_format: 'jwt' } : {}),
    }
    await put(connection, `/Client/${id}`, {
      secret,
      first_party: true,
      grant_types: ['code', 'client_credentials'],
      access_token_signed_response_alg: algorithm,
      auth: {
        authorization_code: {
          redirect_uri: REDIRECT_URI,
          ...tokens,
          secret_required: true,
          refresh_token: true,
        },
        client_credentials: tokens,
      },
    })
  }
}

export const createUsers = async (
  connections: readonly Connection[],
  count: number,
): Promise<readonly BenchUser[]> => {
  const users = Array.from({ length: count }, (_, index) => benchUser(`bench-${index}`))
  const { results } = await runAll(connections, users, async (connection, { user, secretKey }) => {
    await put(connection, `/User/${user.id}`, {
      password: user.password,
      twoFactor: { enabled: true, secretKey },
    })
    return user
  })
  return results
}

const benchUser = (id: string): { readonly user: BenchUser; readonly secretKey: string } => {
  const secret = new Secret({ size: 20 })
  const totp = new TOTP({ secret })
  return {
    user: { id, password: `password of ${id}`, code: () => totp.generate() },
    secretKey: secret.base32,
  }
}
