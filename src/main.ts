// The process: environment → configuration → app → listen; a signal drains, then closes.
import { openPasswordHasher } from './accounts/password-hasher.node.ts'
import type { App } from './app.ts'
import { buildApp } from './app.ts'
import { openConfiguredDatabase } from './app-database.ts'
import { describeStartFailure, isUnavailable } from './app-start-failure.ts'
import { releaseStartMemory } from './app-start-memory.ts'
import type { Config } from './config/config.ts'
import { loadConfig } from './config/config.ts'
import { loadOrCreateSecretKeys } from './config/secret-key.node.ts'
import { createPinoLogger } from './http/pino-logger.ts'
import type { RunningServer } from './http/serve.ts'
import { serve } from './http/serve.ts'
import { systemClock, systemPause } from './kernel/clock.ts'
import { systemRandom } from './kernel/random.ts'

/** Longer than draining takes, shorter than what supervisors wait before they kill. */
const STOP_WITHIN_MS = 9_500

/** A terminal's Ctrl-C reaches this process twice, directly and through the launcher. */
const SAME_SIGNAL_MS = 500

const MAINTAIN_KEYS_EVERY_MS = 60_000
/** How long an application may learn of a sign-out too late, at most. */
const DELIVER_LOGOUTS_EVERY_MS = 2000
const SWEEP_EVERY_MS = 60_000

/** After what waited for the start has been answered. */
const RELEASE_AFTER_MS = 1000

/** A database may start beside us, or be on its way back: so long we wait for it, then whoever started us decides. */
const START_PATIENCE_MS = 60_000
const START_AGAIN_MS = 1000

const failStart = (error: unknown): never => {
  process.stderr.write(`${describeStartFailure(error)}\n`)
  process.exit(1)
}

interface Running {
  readonly app: App
  readonly server: RunningServer
}

const readConfig = (): Config => {
  try {
    return loadConfig(process.env)
  } catch (error) {
    return failStart(error)
  }
}

const config = readConfig()
const logger = createPinoLogger({ level: config.logLevel })
let stopAskedAt: number | undefined

const say = (text: string): void => {
  if (text !== '') process.stdout.write(`${text}\n`)
}

const openApp = async (): Promise<App> => {
  const app = await buildApp({
    config,
    secretKeys: config.secretKeys ?? loadOrCreateSecretKeys(config.dataDirectory, systemRandom),
    database: await openConfiguredDatabase(config, systemClock),
    logger,
    clock: systemClock,
    random: systemRandom,
    hasher: await openPasswordHasher(systemRandom),
    pause: systemPause,
    isStopping: () => stopAskedAt !== undefined,
    say,
  })
  try {
    await app.ready()
    return app
  } catch (error) {
    await app.close()
    throw error
  }
}

const openAppPatiently = async (): Promise<App> => {
  const deadline = systemClock.now().getTime() + START_PATIENCE_MS
  for (let isTold = false; ; isTold = true) {
    try {
      return await openApp()
    } catch (error) {
      if (!isUnavailable(error) || systemClock.now().getTime() > deadline) throw error
      if (!isTold) say(`${describeStartFailure(error)}. Waiting up to ${START_PATIENCE_MS / 1000} s for it.`)
      await systemPause(START_AGAIN_MS)
    }
  }
}

const start = async () => {
  const app = await openAppPatiently()
  const server = await serve({
    fetch: app.fetch,
    port: config.port,
    host: config.host,
    isHttps: config.isHttps,
    logger,
    random: systemRandom,
  })
  return { app, server }
}

const stop = async ({ app, server }: Running): Promise<void> => {
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
  logger.info({}, 'stopping')
  await server.stop()
  await app.close()
  logger.info({}, 'stopped')
  await logger.flush()
  process.exit(0)
}

// NOTE: a full disk or a reader that went away costs what would be written there, never the server.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

process.on('unhandledRejection', (reason) => {
  logger.error({ err: reason instanceof Error ? reason : new Error(String(reason)) }, 'unhandled rejection')
})

let running: Running | undefined

const onSignal = (): void => {
  const now = systemClock.now().getTime()
  if (running === undefined) process.exit(0)
  if (stopAskedAt === undefined) {
    stopAskedAt = now
    stop(running).catch(async (error: unknown) => {
      logger.error(
        { err: error instanceof Error ? error : new Error(String(error)) },
        'could not stop cleanly',
      )
      await logger.flush()
      process.exit(1)
    })
  } else if (now - stopAskedAt > SAME_SIGNAL_MS) process.exit(1)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal)

running = await start().catch(failStart)
const { app, server } = running

const sweep = (): void => {
  app.sweep().catch((error: unknown) => {
    logger.warn({ err: error instanceof Error ? error : new Error(String(error)) }, 'could not sweep')
  })
}
setInterval(sweep, SWEEP_EVERY_MS).unref()

const maintainKeys = (): void => {
  app.maintainKeys().catch((error: unknown) => {
    logger.warn(
      { err: error instanceof Error ? error : new Error(String(error)) },
      'could not look after the signing keys',
    )
  })
}
setInterval(maintainKeys, MAINTAIN_KEYS_EVERY_MS).unref()

let isDelivering = false
const deliverLogouts = async (): Promise<void> => {
  if (isDelivering) return
  isDelivering = true
  try {
    await app.deliverLogouts()
  } catch (error) {
    logger.warn(
      { err: error instanceof Error ? error : new Error(String(error)) },
      'could not tell applications of ended sessions',
    )
  } finally {
    isDelivering = false
  }
}
setInterval(deliverLogouts, DELIVER_LOGOUTS_EVERY_MS).unref()
setTimeout(releaseStartMemory, RELEASE_AFTER_MS).unref()

for (const warning of config.warnings) logger.warn({}, warning)
say(
  `Countersign is at ${config.publicUrl} (listening on ${config.host}:${server.port}). Stop it with Ctrl-C.
Open its console: ${config.publicUrl}/console`,
)
