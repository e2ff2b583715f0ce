import { pino } from 'pino'
import { systemClock } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { LogFields, Logger } from '../kernel/logger.ts'
import { openLogOutput } from './log-output.ts'

interface PinoLoggerOptions {
  readonly level: 'silent' | 'error' | 'warn' | 'info' | 'debug'
  /** Where lines go; standard output where left out. */
  readonly write?: (line: string) => void
}

export interface FlushableLogger extends Logger {
  /** Resolves when what is still buffered was written or cannot be: soon, in any case. Before the process ends. */
  flush(): Promise<void>
}

const STANDARD_OUTPUT = 1

/** A second line of defence: nobody should log these at all. */
const REDACTED = new Set([
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
])

/** Logs JSON lines. A full or closed log never ends the process: requests are served all the same. */
export const createPinoLogger = ({ level, write }: PinoLoggerOptions): FlushableLogger => {
  // NOTE: pino's own destination tries a full disk again for ever when the process wants to end.
  const output = openLogOutput(STANDARD_OUTPUT)
  const log = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: createTimestamp(),
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    write === undefined ? output : { write },
  )
  return {
    info: (fields, message) => log.info(redact(fields), message),
    warn: (fields, message) => log.warn(redact(fields), message),
    error: (fields, message) => log.error(redact(fields), message),
    flush: output.flush,
  }
}

/** The time as pino wants it, formatted once a millisecond. */
const createTimestamp = (): (() => string) => {
  let formattedAt = Number.NaN
  let text = ''
  return () => {
    const now = systemClock.now()
    if (now.getTime() !== formattedAt) {
      formattedAt = now.getTime()
      text = `,"time":"${now.toISOString()}"`
    }
    return text
  }
}

/** NOTE: by hand, as pino's own redaction by wildcard paths doubles the cost of a line. */
const redact = (fields: LogFields): LogFields => {
  for (const name in fields)
    if (REDACTED.has(name) || typeof fields[name] === 'object')
      return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, redactValue(key, value)]))
  return fields
}

const redactValue = (name: string, value: LogFields[string]): LogFields[string] => {
  if (REDACTED.has(name)) return '[secret]'
  return isJsonObject(value) && !(value instanceof Error) ? (redact(value) as JsonObject) : value
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
