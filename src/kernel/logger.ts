import type { JsonValue } from './json.ts'

export type LogFields = { readonly [name: string]: JsonValue | Error | undefined }

/** Structured lines for operators. Never give it a secret, a body, a query or a cookie. */
export interface Logger {
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

export const silentLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} }
