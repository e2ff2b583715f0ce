import { DuplicateKeyError } from '../kernel/transact.ts'
import { unavailable } from './unavailable.ts'

/** What SQLite said, in a form that crosses a thread. `code` is its extended result code. */
export interface SqliteFailure {
  readonly message: string
  readonly code: number
}

/** @see https://www.sqlite.org/rescode.html */
const PRIMARY = { busy: 5, locked: 6, noMemory: 7, readOnly: 8, ioError: 10, full: 13, cantOpen: 14 }
const UNAVAILABLE: ReadonlySet<number> = new Set(Object.values(PRIMARY))
const UNIQUE = 2067
const PRIMARY_KEY = 1555

/** Takes from an error what a message to another thread can carry; code 1 (SQLITE_ERROR) where it has none. */
export const sqliteFailure = (error: unknown): SqliteFailure => {
  const { message, errcode } = error as { message?: string; errcode?: number }
  return { message: message ?? String(error), code: typeof errcode === 'number' ? errcode : 1 }
}

/** Whether SQLite said it, and not what reads its answer: a value that does not fit into JavaScript, say. */
export const isSqliteError = (error: unknown): boolean =>
  typeof (error as { errcode?: number }).errcode === 'number'

/** Low eight bits: the primary result code. */
export const isSqliteUnavailable = (failure: SqliteFailure): boolean => UNAVAILABLE.has(failure.code & 0xff)

/** The error our callers see. Syntax errors and unknown columns stay plain errors: they are bugs. */
export const sqliteError = (failure: SqliteFailure): Error => {
  if (failure.code === UNIQUE || failure.code === PRIMARY_KEY)
    return new DuplicateKeyError(constraintOf(failure.message))
  const error = new Error(`SQLite: ${failure.message}`)
  return isSqliteUnavailable(failure) ? unavailable(error) : error
}

/** `UNIQUE constraint failed: t.a, t.b` → `t(a, b)`, as PostgreSQL's answer reads too. */
const constraintOf = (message: string): string => {
  const columns = message
    .slice(message.indexOf(':') + 1)
    .trim()
    .split(', ')
  const table = columns[0]?.split('.')[0] ?? ''
  return `${table}(${columns.map((column) => column.slice(table.length + 1)).join(', ')})`
}
