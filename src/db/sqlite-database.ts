import type { SQLInputValue } from 'node:sqlite'
import type { WriteStep } from '../kernel/transact.ts'
import { sqliteBuilder } from './compile-only.ts'
import type { Compilable, Database } from './database.ts'
import { sqliteDialect } from './dialect.ts'
import type { Statement } from './sql-values.ts'
import { checkedParameters } from './sql-values.ts'
import { openSqliteForReading } from './sqlite-connection.ts'
import { sqliteError, sqliteFailure } from './sqlite-errors.ts'
import { createSnapshot } from './sqlite-snapshot.ts'
import { createWriterThread } from './sqlite-writer-thread.ts'
import type { CachedStatement } from './statement-cache.ts'
import { allRows, createStatementCache, firstRow } from './statement-cache.ts'
import { toStatement, toStatements, toStep } from './steps.ts'

/**
 * A migrated SQLite file. Reads run here, at once, on a read-only connection and see every acknowledged
 * write; those of one turn share a view. Writes go to the writer thread, which lets those in flight share a commit.
 */
export const createSqliteDatabase = (file: string): Database => {
  const reader = openSqliteForReading(file)
  const prepare = createStatementCache(reader)
  const snapshot = createSnapshot(reader)
  const writer = createWriterThread(file, snapshot.leave)

  const read = <Result>(
    query: Compilable<unknown>,
    take: (statement: CachedStatement, values: readonly SQLInputValue[]) => Result,
  ): Result => {
    const { sql, parameters } = query.compile()
    const values = checkedParameters(parameters) as readonly SQLInputValue[]
    try {
      snapshot.enter()
      return take(prepare(sql), values)
    } catch (error) {
      throw sqliteError(sqliteFailure(error))
    }
  }

  return {
    dialect: sqliteDialect,
    sql: sqliteBuilder(),
    all: async <Row>(query: Compilable<Row>) => read(query, allRows) as unknown as readonly Row[],
    first: async <Row>(query: Compilable<Row>) => read(query, firstRow) as Row | undefined,
    step: (query) => toStep(toStatement(query, false)),
    guard: (query) => toStep(toStatement(query, true)),
    transact: async (steps: readonly WriteStep[]) => {
      const statements: readonly Statement[] = toStatements(steps)
      return statements.length === 0 ? { kind: 'committed', results: [] } : writer.write(statements)
    },
    ping: async () => {
      try {
        firstRow(prepare('select 1'), [])
      } catch (error) {
        throw sqliteError(sqliteFailure(error))
      }
    },
    // NOTE: the reader closes first, so that the writer is the last to leave and empties the log into the file.
    close: () => writer.close(() => reader.isOpen && reader.close()),
  }
}
