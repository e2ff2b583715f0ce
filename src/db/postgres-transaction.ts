import type { Connection } from 'pg'
import { Query } from 'pg'
import type { SqlValue, StepResult } from '../kernel/transact.ts'
import type { Columns, NameUse, StatementNames } from './postgres-statement-names.ts'
import { readerOf } from './postgres-types.ts'
import type { Statement } from './sql-values.ts'

/** `step`: how many statements had been executed when the error came; their number, when the commit itself failed. */
export type TransactionAnswer =
  | { readonly kind: 'done'; readonly results: readonly StepResult[] }
  | { readonly kind: 'failed'; readonly error: unknown; readonly step: number }

/** What of pg's connection we use to write messages; pg keeps a Query's own `submit` to one statement. */
interface Wire {
  parse(message: { readonly text: string; readonly name?: string }): void
  bind(message: { readonly statement?: string; readonly values: readonly WireValue[] }): void
  describe(message: { readonly type: 'P' }): void
  execute(message: object): void
  close(message: { readonly type: 'S'; readonly name: string }): void
  sync(): void
}

type WireValue = string | Buffer | null

interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[]
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
  let uses: readonly NameUse[] = []
  const results: StepResult[] = []
  /** Of the statement under way. */
  let described: Columns | undefined
  let rows: Row[] = []
  let fault: unknown

  const columns = (): Columns => {
    const use = uses[results.length]
    return described ?? (use?.kind === 'bind' ? use.columns : [])
  }
  const settle = (index: number, prepared: Columns | undefined): void => {
    const statement = statements[index]
    if (statement !== undefined && uses[index]?.kind === 'prepare') names?.settle(statement, prepared)
  }
  const fail = (error: unknown): void => {
    for (let index = results.length; index < uses.length; index += 1) settle(index, undefined)
    answer({ kind: 'failed', error, step: results.length })
  }

  // NOTE: pg pipelines its own Query only. Of this one everything is ours, which takes half the time of pg's.
  return Object.assign(new Query('transaction'), {
    submit: (connection: Connection) => {
      const wire = connection as unknown as Wire
      uses = statements.map((statement) =>
        send(wire, statement, names?.use(statement) ?? { kind: 'unnamed' }),
      )
      wire.sync()
      return null
    },
    handleRowDescription: ({ fields }: RowDescription) => {
      described = fields.map(({ name, dataTypeID }) => ({ name, read: readerOf(dataTypeID) }))
    },
    handleDataRow: ({ fields }: { readonly fields: readonly (string | null)[] }) => {
      if (fault !== undefined) return
      try {
        rows.push(rowOf(columns(), fields))
      } catch (error) {
        fault = error
      }
    },
    handleCommandComplete: ({ text }: { readonly text: string }) => {
      settle(results.length, columns())
      results.push({ rows, changed: countOf(text) })
      described = undefined
      rows = []
    },
    handleError: (error: unknown) => fail(fault ?? error),
    handleReadyForQuery: () => (fault === undefined ? answer({ kind: 'done', results }) : fail(fault)),
  })
}

type Row = StepResult['rows'][number]

const rowOf = (columns: Columns, fields: readonly (string | null)[]): Row => {
  const row: Record<string, SqlValue> = {}
  for (const [index, { name, read }] of columns.entries()) {
    const text = fields[index]
    row[name] = text === null || text === undefined ? null : read(text)
  }
  return row
}

/** `INSERT 0 1`, `UPDATE 3`, `SELECT 2`; 0 for a command that counts nothing. */
const countOf = (command: string): number => Number(command.slice(command.lastIndexOf(' ') + 1)) || 0

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
  if (use.kind !== 'bind') wire.describe({ type: 'P' })
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

const toWireValue = (value: SqlValue): WireValue => {
  if (value === null || typeof value === 'string') return value
  return value instanceof Uint8Array ? Buffer.from(value) : String(value)
}
