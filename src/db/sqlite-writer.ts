/** The one writer of the embedded database: a thread that turns whatever waits in its queue into one durable commit. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import type { MessagePort } from 'node:worker_threads'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import type { StepResult, TransactOutcome } from '../kernel/transact.ts'
import type { Statement } from './sql-values.ts'
import { openSqliteForWriting } from './sqlite-connection.ts'
import type { SqliteFailure } from './sqlite-errors.ts'
import { isSqliteUnavailable, sqliteFailure } from './sqlite-errors.ts'
import { createStatementCache } from './statement-cache.ts'

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
    const prepared = connection().prepare(statement.sql)
    const parameters = statement.parameters as readonly SQLInputValue[]
    if (prepared.columns().length > 0) {
      const rows = prepared.all(...parameters) as StepResult['rows']
      return { rows, changed: rows.length }
    }
    if (statement.isGuard) throw new Error('a guard needs a RETURNING clause')
    return { rows: [], changed: Number(prepared.run(...parameters).changes) }
  }

  const runStatements = (statements: readonly Statement[]): TransactOutcome => {
    const results: StepResult[] = []
    for (const [step, statement] of statements.entries()) {
      const result = runStatement(statement)
      if (statement.isGuard && result.rows.length === 0) return { kind: 'refused', step }
      results.push(result)
    }
    return { kind: 'committed', results }
  }

  /** NOTE: SQLite undoes a single failed statement by itself, and a guard without a row changed nothing. */
  const runItem = (item: WriteItem): ItemOutcome => {
    const { database } = connection()
    const needsSavepoint = item.statements.length > 1
    if (needsSavepoint) database.exec('savepoint item')
    let outcome: ItemOutcome
    try {
      outcome = runStatements(item.statements)
    } catch (error) {
      // NOTE: a full disk can end the whole transaction; then every item of this commit is lost, not only this one.
      if (!database.isTransaction) throw error
      outcome = { kind: 'failed', failure: sqliteFailure(error) }
    }
    if (needsSavepoint)
      database.exec(outcome.kind === 'committed' ? 'release item' : 'rollback to item; release item')
    return outcome
  }

  /** Commits the items as one transaction. Never throws: what fails, fails in the answers. */
  const commitItems = (items: readonly WriteItem[]): readonly WriterAnswer[] => {
    try {
      const { database } = connection()
      database.exec('begin immediate')
      const answers = items.map((item) => ({ id: item.id, outcome: runItem(item) }))
      database.exec('commit')
      return answers
    } catch (error) {
      const failure = sqliteFailure(error)
      abandon()
      const outcome: ItemOutcome = {
        kind: 'failed',
        failure: isSqliteUnavailable(failure) ? failure : lostCommit(failure),
      }
      return items.map((item) => ({ id: item.id, outcome }))
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
