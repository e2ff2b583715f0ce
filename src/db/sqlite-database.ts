import type { SQLInputValue, StatementSync } from 'node:sqlite'
import type { WriteStep } from '../kernel/transact.ts'
import { sqliteBuilder } from './compile-only.ts'
import type { Compilable, Database } from './database.ts'
import { sqliteDialect } from './dialect.ts'
import type { Statement } from './sql-values.ts'
import { checkedParameters } from './sql-values.ts'
import { openSqliteForReading } from './sqlite-connection.ts'
import { sqliteError, sqliteFailure } from './sqlite-errors.ts'
import { createWriterThread } from './sqlite-writer-thread.ts'
import { createStatementCache } from './statement-cache.ts'
import { toStatement, toStatements, toStep } from './steps.ts'

/**
 * A migrated SQLite file. Reads run here, at once, on a read-only connection and see every acknowledged
 * write; writes go to the writer thread, which lets those in flight share a commit.
 */
export const createSqliteDatabase = (file: string): Database => {
  const reader = openSqliteForReading(file)
  const prepare = createStatementCache(reader)
  const writer = createWriterThread(file)

  /** NOTE: node:sqlite's rows have no prototype; a copy is a plain object, as PostgreSQL's rows are. */
  const read = <Result>(
    query: Compilable<unknown>,
    take: (statement: StatementSync, values: readonly SQLInputValue[]) => Result,
  ): Result => {
    const { sql, parameters } = query.compile()
    const values = checkedParameters(parameters) as readonly SQLInputValue[]
    try {
      return take(prepare(sql), values)
    } catch (error) {
      throw sqliteError(sqliteFailure(error))
    }
  }

  return {
    dialect: sqliteDialect,
    sql: sqliteBuilder(),
    all: async <Row>(query: Compilable<Row>) => read(query, allRows<Row>),
    first: async <Row>(query: Compilable<Row>) => read(query, firstRow<Row>),
    step: (query) => toStep(toStatement(query, false)),
    guard: (query) => toStep(toStatement(query, true)),
    transact: async (steps: readonly WriteStep[]) => {
      const statements: readonly Statement[] = toStatements(steps)
      return statements.length === 0 ? { kind: 'committed', results: [] } : writer.write(statements)
    },
    ping: async () => {
      try {
        prepare('select 1').get()
      } catch (error) {
        throw sqliteError(sqliteFailure(error))
      }
    },
    // NOTE: the reader closes first, so that the writer is the last to leave and empties the log into the file.
    close: () => writer.close(() => reader.isOpen && reader.close()),
  }
}

const allRows = <Row>(statement: StatementSync, values: readonly SQLInputValue[]): readonly Row[] =>
  statement.all(...values).map((row) => ({ ...row })) as unknown as readonly Row[]

const firstRow = <Row>(statement: StatementSync, values: readonly SQLInputValue[]): Row | undefined => {
  const row = statement.get(...values)
  return row === undefined ? undefined : ({ ...row } as unknown as Row)
}
