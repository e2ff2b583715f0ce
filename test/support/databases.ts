import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'node:test'
import type { Database } from '../../src/db/database.ts'
import type { DatabaseConfig } from '../../src/db/open-database.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { atEnd } from './endings.ts'
import type { PostgresDatabase } from './postgres-database.ts'
import { freshPostgresDatabase, migratedPostgresDatabase } from './postgres-database.ts'

/**
 * Registers the tests once per engine. `open` gives a database of its own to each caller, migrated and empty;
 * all are closed and deleted after the engine's tests.
 */
export function forEachDatabase(name: string, register: (open: () => Promise<Database>) => void): void {
  forEachDatabaseConfig(name, (fresh) => register(async () => openAndCloseAfter(await fresh())))
}

type Register = (fresh: () => Promise<DatabaseConfig>) => void

/** As {@link forEachDatabase}, for tests that open the same database several times. `fresh` names a new one without rows. */
export const forEachDatabaseConfig = (name: string, register: Register): void =>
  forEachEngine(name, register, migratedPostgresDatabase)

/** As {@link forEachDatabaseConfig}, for tests of what makes the schema: `fresh` names one that has none. */
export const forEachEmptyDatabaseConfig = (name: string, register: Register): void =>
  forEachEngine(name, register, freshPostgresDatabase)

function forEachEngine(name: string, register: Register, create: () => Promise<PostgresDatabase>): void {
  describe(`${name}, on SQLite`, () => {
    register(async () => freshSqlite())
  })
  describe(`${name}, on PostgreSQL`, () => {
    register(async () => {
      const { url, drop } = await create()
      atEnd(drop)
      return { kind: 'postgres', url }
    })
  })
}

/** A migrated SQLite database in a temporary directory; closed and deleted after the running test or suite. */
export async function temporarySqlite(): Promise<Database> {
  return openAndCloseAfter(freshSqlite())
}

function freshSqlite(): DatabaseConfig {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  atEnd(() => rmSync(directory, { recursive: true, force: true }))
  return { kind: 'sqlite', directory }
}

/** One more connection, as another process has it; closed at the end. */
export async function openAndCloseAfter(config: DatabaseConfig): Promise<Database> {
  const database = await openDatabase(config)
  atEnd(database.close)
  return database
}
