import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** Prepared statements of one SQLite connection by their text, the least recently used forgotten first. */
export const createStatementCache = (database: DatabaseSync, size = 500) => {
  const statements = new Map<string, StatementSync>()
  return (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) {
      statements.delete(sql)
      statements.set(sql, known)
      return known
    }
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    if (statements.size > size) forgetOldest(statements)
    return statement
  }
}

const forgetOldest = (statements: Map<string, StatementSync>): void => {
  for (const oldest of statements.keys()) {
    statements.delete(oldest)
    return
  }
}
