import { pino } from 'pino'
import type { LogFields, Logger } from '../kernel/logger.ts'

interface PinoLoggerOptions {
  readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** Where lines go; standard output where left out. */
  readonly write?: (line: string) => void
}

export interface FlushableLogger extends Logger {
  /** Writes what is still buffered, before the process ends. */
  flush(): void
}

/** A second line of defence: nobody should log these at all. */
const REDACTED = [
  'password',
  'secret',
  'secretKey',
  'token',
  'code',
  'cookie',
  'authorization',
  'headers',
  'body',
  'query',
].flatMap((name) => [name, `*.${name}`])

/** Logs JSON lines. A full or closed log never ends the process: requests are served all the same. */
export const createPinoLogger = ({ level, write }: PinoLoggerOptions): FlushableLogger => {
  const output = pino.destination({ dest: 1, sync: false })
  output.on('error', () => {})
  const log = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: '[secret]' },
      serializers: { err: describeError },
    },
    write === undefined ? output : { write },
  )
  return {
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
    flush: () => {
      try {
        output.flushSync()
      } catch {
        // NOTE: there is nowhere left to tell it.
      }
    },
  }
}

/** Type, message and stack alone: database drivers hang rows and parameters on their errors. */
const describeError = (error: LogFields[string]): object =>
  error instanceof Error
    ? {
        type: error.name,
        message: error.message,
        stack: error.stack,
        ...(error.cause instanceof Error ? { cause: describeError(error.cause) } : {}),
      }
    : { message: String(error) }
