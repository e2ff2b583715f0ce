import type { TransactOutcome } from '../kernel/transact.ts'
import { postgresBuilder } from './compile-only.ts'
import type { Compilable, Database } from './database.ts'
import { postgresDialect } from './dialect.ts'
import type { PostgresConnection } from './postgres-connection.ts'
import {
  isConflict,
  isDivisionByZero,
  isPlanStale,
  isStatementLost,
  postgresError,
} from './postgres-errors.ts'
import { createPostgresPool } from './postgres-pool.ts'
import type { TransactionAnswer } from './postgres-transaction.ts'
import type { Statement } from './sql-values.ts'
import { toStatement, toStatements, toStep } from './steps.ts'

const MOST_TRIES = 4
/** After so many lost statements there is a pooler between us and the server: names do not work there. */
const MOST_LOST_STATEMENTS = 3

/** A migrated PostgreSQL database over a few pipelined connections. Every transaction is one round trip. */
export const createPostgresDatabase = (url: string): Database => {
  const pool = createPostgresPool(url)
  let lostStatements = 0
  let running = 0
  let whenIdle: (() => void) | undefined

  /** Whether sending the transaction again can help. Only for answers that prove that nothing of it was kept. */
  const isWorthRetrying = (error: unknown, connection: PostgresConnection): boolean => {
    if (isStatementLost(error)) lostStatements += 1
    if (isPlanStale(error)) connection.forgetNames()
    return isStatementLost(error) || isPlanStale(error) || isConflict(error)
  }

  const run = async (statements: readonly Statement[], isRead: boolean): Promise<TransactionAnswer> => {
    running += 1
    try {
      return await runUntilAnswered(statements, isRead)
    } finally {
      running -= 1
      if (running === 0) whenIdle?.()
    }
  }

  const runUntilAnswered = async (
    statements: readonly Statement[],
    isRead: boolean,
  ): Promise<TransactionAnswer> => {
    for (let tries = 1; ; tries += 1) {
      const acquired = pool.acquire(isRead)
      const connection = acquired instanceof Promise ? await acquired : acquired
      const usesNames = lostStatements < MOST_LOST_STATEMENTS && tries < MOST_TRIES
      const answer = await connection.run(statements, { isRead, usesNames })
      if (answer.kind === 'done' || tries === MOST_TRIES || !isWorthRetrying(answer.error, connection))
        return answer
    }
  }

  const transact = async (statements: readonly Statement[]): Promise<TransactOutcome> => {
    const answer = await run(statements, false)
    if (answer.kind === 'done') return { kind: 'committed', results: answer.results }
    if (isDivisionByZero(answer.error) && statements[answer.step]?.isGuard)
      return { kind: 'refused', step: answer.step }
    throw postgresError(answer.error)
  }

  const read = async <Row>(query: Compilable<Row>): Promise<readonly Row[]> => {
    const answer = await run([toStatement(query, false)], true)
    if (answer.kind === 'failed') throw postgresError(answer.error)
    return (answer.results[0]?.rows ?? []) as readonly Row[]
  }

  return {
    dialect: postgresDialect,
    sql: postgresBuilder(),
    all: read,
    first: async (query) => (await read(query))[0],
    step: (query) => toStep(toStatement(query, false)),
    guard: (query) => toStep(toStatement(query, true)),
    transact: async (steps) =>
      steps.length === 0 ? { kind: 'committed', results: [] } : transact(toStatements(steps)),
    ping: async () => {
      const answer = await run([{ sql: 'select 1', parameters: [], isGuard: false }], true)
      if (answer.kind === 'failed') throw postgresError(answer.error)
    },
    close: async () => {
      const idle = new Promise<void>((resolve) => {
        whenIdle = resolve
      })
      pool.refuse()
      if (running > 0) await idle
      await pool.close()
    },
  }
}
