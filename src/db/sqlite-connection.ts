import type { SQLOutputValue } from 'node:sqlite'
import { DatabaseSync } from 'node:sqlite'
import { instantOf, numberOf } from './json-casts.ts'

/** A connection waits this long for another process that writes. */
const BUSY_TIMEOUT_MS = 5000

/** Opens for writing: every commit is on disk (fsync of the log) before it is acknowledged. */
export const openSqliteForWriting = (file: string): DatabaseSync => {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  return withFunctions(database)
}

/** Opens for reading committed data; never waits for the writer. */
export const openSqliteForReading = (file: string): DatabaseSync =>
  withFunctions(new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, readOnly: true }))

/** What PostgreSQL can do by itself. SQLite's own `lower` knows only the letters of ASCII. */
const withFunctions = (database: DatabaseSync): DatabaseSync => {
  const define = (name: string, of: (text: string) => string | number | undefined): void =>
    database.function(name, { deterministic: true }, (value: SQLOutputValue) =>
      typeof value === 'string' ? (of(value) ?? null) : null,
    )
  define('lower', (text) => text.toLowerCase())
  define('number_of', numberOf)
  define('instant_of', instantOf)
  return database
}
