// The process: environment → configuration → app → listen; a signal drains, then closes.
import { buildApp } from './app.ts'
import type { Config } from './config/config.ts'
import { ConfigError, loadConfig } from './config/config.ts'
import { loadOrCreateSecretKey } from './config/secret-key.node.ts'
import { createPinoLogger } from './http/pino-logger.ts'
import type { RunningServer } from './http/serve.ts'
import { serve } from './http/serve.ts'
import { systemClock, systemPause } from './kernel/clock.ts'
import { systemRandom } from './kernel/random.ts'

/** Longer than draining takes, shorter than what supervisors wait before they kill. */
const STOP_WITHIN_MS = 9_500

/** A terminal's Ctrl-C reaches this process twice, directly and through the launcher. */
const SAME_SIGNAL_MS = 500

const SWEEP_EVERY_MS = 60_000

const failStart = (error: unknown): never => {
  const isExpected = error instanceof ConfigError || (error instanceof Error && 'code' in error)
  process.stderr.write(
    `${error instanceof Error ? (isExpected ? error.message : error.stack) : String(error)}\n`,
  )
  process.exit(1)
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

const start = async () => {
  const app = await buildApp({
    config,
    secretKey: config.secretKey ?? loadOrCreateSecretKey(config.dataDirectory, systemRandom),
    logger,
    clock: systemClock,
    random: systemRandom,
    pause: systemPause,
    isStopping: () => stopAskedAt !== undefined,
    say,
  })
  await app.ready()
  const server = await serve({
    fetch: app.fetch,
    port: config.port,
    host: config.host,
    isHttps: config.isHttps,
    logger,
  })
  return { app, server }
}

const stop = async (app: { close(): Promise<void> }, server: RunningServer): Promise<void> => {
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
  logger.info({}, 'stopping')
  await server.stop()
  await app.close()
  logger.info({}, 'stopped')
  logger.flush()
  process.exit(0)
}

process.on('unhandledRejection', (reason) => {
  logger.error({ err: reason instanceof Error ? reason : new Error(String(reason)) }, 'unhandled rejection')
})

const { app, server } = await start().catch(failStart)

const onSignal = (): void => {
  const now = systemClock.now().getTime()
  if (stopAskedAt === undefined) {
    stopAskedAt = now
    stop(app, server).catch((error: unknown) => {
      logger.error(
        { err: error instanceof Error ? error : new Error(String(error)) },
        'could not stop cleanly',
      )
      logger.flush()
      process.exit(1)
    })
  } else if (now - stopAskedAt > SAME_SIGNAL_MS) process.exit(1)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal)

const sweep = (): void => {
  app.sweep().catch((error: unknown) => {
    logger.warn({ err: error instanceof Error ? error : new Error(String(error)) }, 'could not sweep')
  })
}
setInterval(sweep, SWEEP_EVERY_MS).unref()

for (const warning of config.warnings) logger.warn({}, warning)
say(
  `Countersign is at ${config.publicUrl} (listening on ${config.host}:${server.port}). Stop it with Ctrl-C.`,
)
