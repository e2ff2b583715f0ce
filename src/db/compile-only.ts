import type { QueryCompiler } from 'kysely'
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import type { Tables } from './tables.ts'

/** Kysely as a builder of typed SQL and nothing else: it has no driver, `execute()` does nothing. */
export const sqliteBuilder = (): Kysely<Tables> =>
  new Kysely({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: (): QueryCompiler => new SqliteQueryCompiler(),
    },
  })

/** The same for PostgreSQL: `$1` for parameters, double quotes for names. */
export const postgresBuilder = (): Kysely<Tables> =>
  new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: (): QueryCompiler => new PostgresQueryCompiler(),
    },
  })
