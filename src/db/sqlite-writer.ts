/** The one writer of the embedded database: a thread that turns whatever waits in its queue into one durable commit. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { StepResult, TransactOutcome } from '../kernel/transact.ts'
import type { Statement } from './sql-values.ts'
import { openSqliteForWriting } from './sqlite-connection.ts'
import type { SqliteFailure } from './sqlite-errors.ts'
import { isSqliteError, isSqliteUnavailable, sqliteFailure } from './sqlite-errors.ts'
import { allRows, createStatementCache } from './statement-cache.ts'

export interface WriteItem {
  readonly id: number
  readonly statements: readonly Statement[]
}

export type WriterRequest =
  | { readonly kind: 'write'; readonly items: readonly WriteItem[] }
  | { readonly kind: 'close' }

export interface WriterAnswer {
  readonly id: number
  readonly outcome: TransactOutcome | { readonly kind: 'failed'; readonly failure: SqliteFailure }
}

type ItemOutcome = WriterAnswer['outcome']

/** So many transactions share one commit at most: a bound on how long the first of them waits. */
const MOST_ITEMS_PER_COMMIT = 256

const createWriter = (file: string) => {
  let open:
    | { readonly database: DatabaseSync; readonly prepare: ReturnType<typeof createStatementCache> }
    | undefined

  const connection = () => {
    if (open === undefined) {
      const database = openSqliteForWriting(file)
      open = { database, prepare: createStatementCache(database) }
    }
    return open
  }

  const close = (): void => {
    const closing = open
    open = undefined
    closing?.database.close()
  }

  /** After a fault of the disk the connection starts anew, so that the database recovers by itself. */
  const abandon = (): void => {
    try {
      close()
    } catch {
      // NOTE: the fault itself was reported to every waiting writer already.
    }
  }

  const runStatement = (statement: Statement): StepResult => {
    const cached = connection().prepare(statement.sql)
    const parameters = statement.parameters as readonly SQLInputValue[]
    if (cached.columns.length > 0) {
      const rows = allRows(cached, parameters)
      return { rows, changed: rows.length }
    }
    if (statement.isGuard) throw new Error('a guard needs a RETURNING clause')
    return { rows: [], changed: Number(cached.statement.run(...parameters).changes) }
  }

  const run = (sql: string): void => {
    connection().prepare(sql).statement.run()
  }

  /** Answers also whether there may be something to undo. SQLite undoes a statement that it fails by itself. */
  const runStatements = ({
    statements,
  }: WriteItem): { readonly outcome: ItemOutcome; readonly isPartial: boolean } => {
    const results: StepResult[] = []
    try {
      for (const statement of statements) {
        const result = runStatement(statement)
        const executed = results.length
        if (statement.isGuard && result.rows.length === 0)
          return { outcome: { kind: 'refused', step: executed }, isPartial: executed > 0 }
        results.push(result)
      }
      return { outcome: { kind: 'committed', results }, isPartial: false }
    } catch (error) {
      // NOTE: a full disk can end the whole transaction; then every item of this commit is lost, not only this one.
      if (!connection().database.isTransaction) throw error
      const isPartial = results.length > 0 || !isSqliteError(error)
      return { outcome: { kind: 'failed', failure: sqliteFailure(error) }, isPartial }
    }
  }

  const runInSavepoint = (item: WriteItem): ItemOutcome => {
    run('savepoint item')
    const { outcome } = runStatements(item)
    if (outcome.kind !== 'committed') run('rollback to item')
    run('release item')
    return outcome
  }

  /**
   * All items in one transaction without savepoints; undefined, with everything rolled back, where an item would have to
   * be undone. A guard without a row changed nothing.
   */
  const commitTogether = (items: readonly WriteItem[]): readonly ItemOutcome[] | undefined => {
    const outcomes: ItemOutcome[] = []
    run('begin immediate')
    for (const item of items) {
      const { outcome, isPartial } = runStatements(item)
      if (isPartial) {
        run('rollback')
        return undefined
      }
      outcomes.push(outcome)
    }
    run('commit')
    return outcomes
  }

  const commitInSavepoints = (items: readonly WriteItem[]): readonly ItemOutcome[] => {
    run('begin immediate')
    const outcomes = items.map(runInSavepoint)
    run('commit')
    return outcomes
  }

  /**
   * Commits the items as one transaction. Never throws: what fails, fails in the answers.
   * NOTE: savepoints cost as much as the statements between them, and hardly ever is there anything to undo.
   */
  const commitItems = (items: readonly WriteItem[]): readonly WriterAnswer[] => {
    const answer = (outcomeOf: (index: number) => ItemOutcome): readonly WriterAnswer[] =>
      items.map(({ id }, index) => ({ id, outcome: outcomeOf(index) }))
    try {
      const outcomes = commitTogether(items) ?? commitInSavepoints(items)
      return answer((index) => outcomes[index] as ItemOutcome)
    } catch (error) {
      const failure = sqliteFailure(error)
      abandon()
      const lost: ItemOutcome = {
        kind: 'failed',
        failure: isSqliteUnavailable(failure) ? failure : lostCommit(failure),
      }
      return answer(() => lost)
    }
  }

  return { commitItems, close }
}

/** SQLITE_IOERR: whatever broke the shared commit, none of its items is at fault. */
const lostCommit = (failure: SqliteFailure): SqliteFailure => ({ message: failure.message, code: 10 })

const serve = (port: MessagePort, file: string): void => {
  const writer = createWriter(file)
  const queue: WriteItem[] = []
  let isClosing = false

  const take = (request: WriterRequest): void => {
    if (request.kind === 'close') isClosing = true
    else queue.push(...request.items)
  }

  const takeWaiting = (): void => {
    for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port))
      take(next.message)
  }

  port.on('message', (request: WriterRequest) => {
    take(request)
    takeWaiting()
    while (queue.length > 0) {
      port.postMessage(writer.commitItems(queue.splice(0, MOST_ITEMS_PER_COMMIT)))
      takeWaiting()
    }
    if (!isClosing) return
    writer.close()
    port.close()
  })
}

if (parentPort !== null) serve(parentPort, workerData as string)
