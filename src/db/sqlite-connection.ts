import { DatabaseSync } from 'node:sqlite'

/** A connection waits this long for another process that writes. */
const BUSY_TIMEOUT_MS = 5000

/** Opens for writing: every commit is on disk (fsync of the log) before it is acknowledged. */
export const openSqliteForWriting = (file: string): DatabaseSync => {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  return database
}

/** Opens for reading committed data; never waits for the writer. */
export const openSqliteForReading = (file: string): DatabaseSync =>
  new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS, readOnly: true })
