// The whole application as main.ts builds it, with a clock that tests move, over a real database.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PasswordHasher } from '../../src/accounts/password-hasher.ts'
import type { App } from '../../src/app.ts'
import { buildApp } from '../../src/app.ts'
import { openConfiguredDatabase } from '../../src/app-database.ts'
import { loadConfig } from '../../src/config/config.ts'
import type { Database } from '../../src/db/database.ts'
import { serve } from '../../src/http/serve.ts'
import type { Pause } from '../../src/kernel/clock.ts'
import type { LogFields, Logger } from '../../src/kernel/logger.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { secretOf } from '../../src/kernel/secret.ts'
import { atEnd } from './endings.ts'
import type { FakeClock } from './fake-clock.ts'
import { createFakeClock } from './fake-clock.ts'
import { copyFirstStart, keepFirstStart } from './first-start.ts'
import type { Person } from './person.ts'
import { createPerson } from './person.ts'
import { quickHasher } from './quick-hasher.ts'

/** NOTE: a random one: of chosen ones each start would compute a slow hash. */
export const ROOT_SECRET = 'root-secret-of-the-tests-kYx2vQ9dJm3RtW7aZs5LpN8c'
export const ADMIN_PASSWORD = 'admin-password-of-the-tests'
/** What `COUNTERSIGN_SECRET_KEY` holds. */
export const SECRET_KEY = new Uint8Array(32).fill(5)

export interface TestAppOptions {
  /** An empty or used PostgreSQL database; SQLite in a new directory where left out. */
  readonly databaseUrl?: string
  readonly clock?: FakeClock
  /** Next turn of the event loop where left out: nobody waits. */
  readonly pause?: Pause
  /** Where SQLite is; a new one where left out. One that a stopped app left behind makes this a restart of it. */
  readonly directory?: string
  /** The public URL; requests reach it without a socket all the same. */
  readonly url?: string
  /** One that costs next to nothing where left out. */
  readonly hasher?: PasswordHasher
  /** Further environment. */
  readonly env?: Readonly<Record<string, string>>
}

export interface TestApp {
  readonly app: App
  /** The application's own. */
  readonly database: Database
  readonly clock: FakeClock
  readonly directory: string
  /** Ends it before the test file does. */
  stop(): Promise<void>
  /** The public URL; nothing listens there unless the app was started as a server. */
  readonly url: string
  readonly log: { readonly level: string; readonly fields: LogFields; readonly message: string }[]
  /** What it told the operator and nobody else; nothing where an earlier first start was copied. */
  readonly said: readonly string[]
  fetch(request: Request): Promise<Response>
  /** A REST call of the root client; an object is sent as JSON, text as curl sends it. */
  rest(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>
  /** A new browser; `address` is what the proxy in front says of it. */
  person(address?: string): Person
}

/** Builds the app; requests reach it without a socket. */
export const startTestApp = (options: TestAppOptions = {}): Promise<TestApp> =>
  start(options, options.url ?? 'http://localhost:8080')

/** Builds the app and listens on a free port of 127.0.0.1, which is in `url`. */
export const startTestServer = async (options: TestAppOptions = {}): Promise<TestApp> => {
  let handle: App['fetch'] = () => new Response(null, { status: 503 })
  const logger: Logger = { info: () => {}, warn: () => {}, error: (fields) => console.error(fields) }
  const server = await serve({
    fetch: (request, env) => handle(request, env),
    port: 0,
    host: '127.0.0.1',
    isHttps: false,
    logger,
    random: systemRandom,
  })
  const testApp = await start(options, `http://localhost:${server.port}`)
  handle = testApp.app.fetch
  atEnd(server.stop)
  return { ...testApp, fetch: (request) => fetch(request) }
}

const start = async (options: TestAppOptions, url: string): Promise<TestApp> => {
  const clock = options.clock ?? createFakeClock()
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'countersign-app-'))
  const file = join(directory, 'countersign.db')
  const isNew = options.databaseUrl === undefined && !existsSync(file)
  // NOTE: the environment, the clock or the hasher may want another first start than the one that was kept.
  const isUsual = isNew && [options.env, options.clock, options.hasher].every((it) => it === undefined)
  if (isUsual) copyFirstStart(file)
  const log: TestApp['log'] = []
  const said: string[] = []
  const write =
    (level: string) =>
    (fields: LogFields, message: string): void => {
      log.push({ level, fields, message })
    }
  const config = loadConfig({
    COUNTERSIGN_URL: url,
    COUNTERSIGN_DATA_DIR: directory,
    COUNTERSIGN_ROOT_CLIENT_SECRET: ROOT_SECRET,
    COUNTERSIGN_ADMIN_PASSWORD: ADMIN_PASSWORD,
    COUNTERSIGN_SECRET_KEY: Buffer.from(SECRET_KEY).toString('base64'),
    COUNTERSIGN_TRUST_PROXY: '1',
    ...(options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl }),
    ...options.env,
  })
  const database = await openConfiguredDatabase(config, clock)
  const app = await buildApp({
    config,
    database,
    secretKeys: config.secretKeys ?? secretOf([new Uint8Array(32)]),
    logger: { info: write('info'), warn: write('warn'), error: write('error') },
    clock,
    random: systemRandom,
    hasher: options.hasher ?? quickHasher,
    pause: options.pause ?? (() => new Promise((resolve) => setImmediate(resolve))),
    isStopping: () => false,
    say: (text) => said.push(text),
  })
  try {
    await app.ready()
  } catch (error) {
    await app.close()
    throw error
  }
  if (isUsual) keepFirstStart(file)
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= app.close()
    return stopped
  }
  atEnd(async () => {
    await stop()
    if (options.directory === undefined) rmSync(directory, { recursive: true, force: true })
  })
  const answer = async (request: Request): Promise<Response> => app.fetch(request)
  const testApp: TestApp = {
    app,
    database,
    clock,
    url,
    log,
    said,
    directory,
    stop,
    fetch: answer,
    rest(method, path, body, headers = {}) {
      const isText = typeof body === 'string'
      const type = isText ? 'application/x-www-form-urlencoded' : 'application/json'
      return this.fetch(
        new Request(new URL(path, url), {
          method,
          headers: {
            authorization: `Basic ${Buffer.from(`root:${ROOT_SECRET}`).toString('base64')}`,
            ...(body === undefined ? {} : { 'content-type': type }),
            ...headers,
          },
          ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
        }),
      )
    },
    person(address = '192.0.2.1') {
      return createPerson(url, (request) => this.fetch(request), { 'x-forwarded-for': address })
    },
  }
  return testApp
}
