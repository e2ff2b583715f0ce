import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { StepResult } from '../kernel/transact.ts'

export interface CachedStatement {
  readonly statement: StatementSync
  /** The names of what a row has, none where it yields no rows. */
  readonly columns: readonly string[]
}

type Row = StepResult['rows'][number]

/** Prepared statements of one SQLite connection by their text, the least recently used forgotten first. */
export const createStatementCache = (database: DatabaseSync, size = 500) => {
  const statements = new Map<string, CachedStatement>()
  return (sql: string): CachedStatement => {
    const known = statements.get(sql)
    if (known !== undefined) {
      // NOTE: while there is room, nobody is forgotten and the order does not matter.
      if (statements.size === size) {
        statements.delete(sql)
        statements.set(sql, known)
      }
      return known
    }
    const cached = prepareForArrays(database, sql)
    statements.set(sql, cached)
    if (statements.size > size) forgetOldest(statements)
    return cached
  }
}

export const firstRow = (
  { statement, columns }: CachedStatement,
  values: readonly SQLInputValue[],
): Row | undefined => {
  const row: unknown = statement.get(...values)
  return row === undefined ? undefined : rowOf(columns, row as readonly Row[string][])
}

export const allRows = (
  { statement, columns }: CachedStatement,
  values: readonly SQLInputValue[],
): readonly Row[] => {
  const rows: unknown = statement.all(...values)
  return (rows as readonly (readonly Row[string][])[]).map((row) => rowOf(columns, row))
}

/**
 * NOTE: names are asked for once: each time they cost more than the statement. And rows come as arrays, since
 * node:sqlite's objects are slow to make and have no prototype, where ours are plain objects as PostgreSQL's are.
 */
const prepareForArrays = (database: DatabaseSync, sql: string): CachedStatement => {
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  return { statement, columns: statement.columns().map(({ name }) => name) }
}

const rowOf = (columns: readonly string[], values: readonly Row[string][]): Row => {
  const row: Record<string, Row[string]> = {}
  for (let index = 0; index < columns.length; index += 1)
    row[columns[index] as string] = values[index] as Row[string]
  return row
}

const forgetOldest = (statements: Map<string, CachedStatement>): void => {
  for (const oldest of statements.keys()) {
    statements.delete(oldest)
    return
  }
}
