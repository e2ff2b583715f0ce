// The REST resources by themselves, over real HTTP semantics and a real database.
import { Hono } from 'hono'
import { nodeArgon2id } from '../../src/accounts/argon2.node.ts'
import { createPasswordHasher } from '../../src/accounts/password-hasher.node.ts'
import { ensureFirstAccounts } from '../../src/app-first-start.ts'
import { createResources } from '../../src/app-resources.ts'
import { createStores } from '../../src/app-stores.ts'
import { createCurrentAuthPolicy } from '../../src/auth-config/current-auth-policy.ts'
import { createAuthenticateClient } from '../../src/clients/authenticate-client.ts'
import { createVerifiedSecrets } from '../../src/clients/verified-secrets.node.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { problemPage } from '../../src/html/problem.page.ts'
import { DEFAULT_THEME } from '../../src/html/theme.ts'
import type { AppEnv } from '../../src/http/app-env.ts'
import { createCookies } from '../../src/http/cookies.ts'
import { installEdge } from '../../src/http/edge.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { hashSecretToken, newId, newSecretToken } from '../../src/kernel/secret-token.ts'
import { resourceRoutes } from '../../src/resources/resource.routes.ts'
import { temporarySqlite } from './databases.ts'
import { createFakeClock } from './fake-clock.ts'

export const PUBLIC_URL = 'http://localhost:8080'
export const ROOT_SECRET = 'root-secret'
export const ROOT = basic('root', ROOT_SECRET)

export function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
}

/** Whatever a resource looks like; assertions say what of it matters. */
// biome-ignore lint/suspicious/noExplicitAny: documents of every kind
export const jsonOf = async (response: Response | Promise<Response>): Promise<any> => (await response).json()

interface Options {
  readonly database?: Database
  readonly env?: Readonly<Record<string, string>>
}

export type ResourceApp = Awaited<ReturnType<typeof startResourceApp>>

export async function startResourceApp(options: Options = {}) {
  const database = options.database ?? (await temporarySqlite())
  const clock = createFakeClock()
  const random = systemRandom
  const warnings: string[] = []
  const config = loadConfig({
    COUNTERSIGN_URL: PUBLIC_URL,
    COUNTERSIGN_ROOT_CLIENT_SECRET: ROOT_SECRET,
    COUNTERSIGN_ADMIN_PASSWORD: 'administrator-password',
    ...options.env,
  })
  const secretKey = new Uint8Array(32).fill(1)
  const stores = createStores({ database, clock, random, secretKey, isRateLimited: true })
  const hasher = createPasswordHasher({ random, argon2id: nodeArgon2id })
  const clientSecretDeps = { verifySlowly: hasher.verify, verified: createVerifiedSecrets(random) }
  const resources = createResources({
    config,
    clock,
    stores,
    hasher,
    clientSecretDeps,
    authenticateClient: createAuthenticateClient({
      clients: stores.clients,
      secrets: clientSecretDeps,
      limit: stores.clientGuessLimit,
      auditLog: stores.auditLog,
      clock,
    }),
    cookies: createCookies({ isSecure: false, random }),
  })
  const firstStart = await ensureFirstAccounts({
    ...resources,
    ...stores,
    rootClient: config.rootClient,
    administrator: config.administrator,
    store: stores.resources,
    random,
    say: () => {},
  })

  const app = new Hono<AppEnv>()
  installEdge(app, {
    clock,
    random,
    trustedProxies: 0,
    isHttps: false,
    logger: { info: () => {}, warn: () => {}, error: (fields) => console.error(fields) },
    renderProblem: problemPage,
    currentTheme: async () => DEFAULT_THEME,
  })
  app.route('/', resourceRoutes({ ...resources, store: stores.resources, publicUrl: PUBLIC_URL, random }))

  const request = async (path: string, init: RequestInit = {}): Promise<Response> => app.request(path, init)

  /** As the root client. An object is sent as JSON; a string as curl sends it, under a wrong content type. */
  const send = (
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> => {
    const contentType = typeof body === 'string' ? CURL_TYPE : 'application/json'
    return request(path, {
      method,
      headers: {
        authorization: ROOT,
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }

  /** A browser in which the user has signed in: its cookie header. */
  const signIn = async (userId: string): Promise<string> => {
    const token = newSecretToken(random)
    const at = clock.now()
    await database.transact([
      stores.sessions.openStep({
        id: newId(random),
        tokenHash: hashSecretToken(token),
        userId,
        proven: [],
        at,
        expiresAt: new Date(at.getTime() + 3_600_000),
      }),
    ])
    return `ASID=${token}`
  }

  const currentPolicy = createCurrentAuthPolicy({ ...stores, warn: (message) => warnings.push(message) })
  return { database, clock, stores, hasher, request, send, signIn, currentPolicy, warnings, firstStart }
}

const CURL_TYPE = 'application/x-www-form-urlencoded'
