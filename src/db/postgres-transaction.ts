import type { Connection } from 'pg'
import { Query } from 'pg'
import type { SqlValue, StepResult } from '../kernel/transact.ts'
import type { NameUse, StatementNames } from './postgres-statement-names.ts'
import type { Statement } from './sql-values.ts'

/** `step`: how many statements had been executed when the error came; their number, when the commit itself failed. */
export type TransactionAnswer =
  | { readonly kind: 'done'; readonly results: readonly StepResult[] }
  | { readonly kind: 'failed'; readonly error: unknown; readonly step: number }

/** What of pg's connection we use to write messages; pg keeps a Query's own `submit` to one statement. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void }
  parse(message: { readonly text: string; readonly name?: string }): void
  bind(message: { readonly statement?: string; readonly values: readonly WireValue[] }): void
  describe(message: { readonly type: 'P' }): void
  execute(message: object): void
  close(message: { readonly type: 'S'; readonly name: string }): void
  sync(): void
}

type WireValue = string | Buffer | null

interface RawResult {
  readonly command: string | null
  readonly rowCount: number | null
  readonly rows: readonly Readonly<Record<string, SqlValue>>[]
}

/**
 * All statements with one Sync at their end. PostgreSQL runs what lies between two Syncs as one transaction, skips
 * the rest after an error, and commits at the Sync (protocol §55.2.4): one round trip, and no BEGIN that could fail
 * while the statements behind it succeed.
 */
export const transactionQuery = (
  statements: readonly Statement[],
  names: StatementNames | undefined,
  answer: (answer: TransactionAnswer) => void,
): Query => {
  const uses: NameUse[] = []
  const settle = (executed: number): void => {
    for (const [index, use] of uses.entries())
      if (use.kind === 'prepare') names?.settle(statements[index]?.sql ?? '', index < executed)
  }
  const query = new Query({ text: 'transaction' }, (error: Error | undefined) => {
    const results = resultsOf(query)
    settle(results.length)
    answer(
      error
        ? { kind: 'failed', error, step: results.length }
        : { kind: 'done', results: results.map(toStepResult) },
    )
  })
  query.submit = (connection: Connection) => {
    const wire = connection as unknown as Wire
    wire.stream.cork()
    for (const statement of statements)
      uses.push(send(wire, statement, names?.use(statement.sql) ?? { kind: 'unnamed' }))
    wire.sync()
    wire.stream.uncork()
    return null
  }
  return query
}

const send = (wire: Wire, statement: Statement, use: NameUse): NameUse => {
  const text = statement.isGuard ? refuseWithoutRow(statement.sql) : statement.sql
  const values = statement.parameters.map(toWireValue)
  if (use.kind === 'unnamed') {
    wire.parse({ text })
    wire.bind({ values })
  } else {
    if (use.kind === 'prepare') {
      if (use.isLeftover) wire.close({ type: 'S', name: use.name })
      wire.parse({ text, name: use.name })
    }
    wire.bind({ statement: use.name, values })
  }
  wire.describe({ type: 'P' })
  wire.execute({})
  return use
}

/**
 * A statement that fails where it yields no row, so that the server itself skips the rest and rolls back.
 * NOTE: the join keeps `must` on its outer side, so it is evaluated even where `step` is empty.
 */
const refuseWithoutRow = (sql: string): string =>
  `with step as (${sql}), must as materialized (select 1 / count(*)::integer as ok from step)
   select step.* from must left join step on true where must.ok >= 0`

/** pg collects one result per executed statement; the last is unfinished when an error cut it short. */
const resultsOf = (query: Query): readonly RawResult[] => {
  const { _results: results } = query as unknown as { _results: RawResult | readonly RawResult[] }
  return [results].flat().filter((result): result is RawResult => (result as RawResult).command !== null)
}

const toStepResult = (result: RawResult): StepResult => ({ rows: result.rows, changed: result.rowCount ?? 0 })

const toWireValue = (value: SqlValue): WireValue => {
  if (value === null || typeof value === 'string') return value
  return value instanceof Uint8Array ? Buffer.from(value) : String(value)
}
