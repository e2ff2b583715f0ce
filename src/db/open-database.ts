import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Database } from './database.ts'
import { migrateSqlite } from './migrate.ts'
import { openSqliteForWriting } from './sqlite-connection.ts'
import { createSqliteDatabase } from './sqlite-database.ts'
import { sqliteError, sqliteFailure } from './sqlite-errors.ts'

export type DatabaseConfig =
  | { readonly kind: 'sqlite'; readonly directory: string }
  | { readonly kind: 'postgres'; readonly url: string }

/**
 * Opens the database with its schema up to date.
 * @throws {Problem} unavailable — down, read-only or full; opening again later may work
 * @throws {Error} the schema is newer than this code, or PostgreSQL is older than 15
 */
export const openDatabase = async (config: DatabaseConfig, clock: Clock = systemClock): Promise<Database> => {
  if (config.kind === 'sqlite') return openSqlite(config.directory, clock)
  const { migratePostgres, createPostgresDatabase } = await loadPostgres()
  await migratePostgres(config.url, clock)
  return createPostgresDatabase(config.url)
}

/** NOTE: the driver is loaded only where it is used; an embedded database does without its memory. */
const loadPostgres = async () => ({
  ...(await import('./migrate-postgres.ts')),
  ...(await import('./postgres-database.ts')),
})

const openSqlite = (directory: string, clock: Clock): Database => {
  const file = ownFile(directory)
  try {
    const database = openSqliteForWriting(file)
    try {
      migrateSqlite(database, clock)
      return createSqliteDatabase(file)
    } finally {
      database.close()
    }
  } catch (error) {
    throw (error as { code?: string }).code === 'ERR_SQLITE_ERROR' ? sqliteError(sqliteFailure(error)) : error
  }
}

/** Where the embedded database is. */
export const sqliteFileIn = (directory: string): string => join(directory, 'countersign.db')

/** Only its owner may read the database; SQLite gives its log the same mode. A directory that was there keeps its own. */
const ownFile = (directory: string): string => {
  if (!existsSync(directory)) {
    mkdirSync(directory, { recursive: true })
    chmodSync(directory, 0o700)
  }
  const file = sqliteFileIn(directory)
  closeSync(openSync(file, 'a', 0o600))
  chmodSync(file, 0o600)
  return file
}
