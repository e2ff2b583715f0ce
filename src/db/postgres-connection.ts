import { Client } from 'pg'
import { isParameterRefused } from './postgres-errors.ts'
import { createStatementNames } from './postgres-statement-names.ts'
import type { TransactionAnswer } from './postgres-transaction.ts'
import { transactionQuery } from './postgres-transaction.ts'
import { postgresTypes } from './postgres-types.ts'
import type { Statement } from './sql-values.ts'

export const CONNECT_TIMEOUT_MS = 3000
/** The server gives up on one statement after this; it frees its locks and the connection lives on. */
const STATEMENT_TIMEOUT_MS = 5000
/**
 * What is asked for often is in memory, where a page costs the same wherever it is. With PostgreSQL's own value (4) and
 * no statistics yet, a join by primary key seems dearer than reading all of a kind (ADR 17).
 */
const PLANNER = '-c random_page_cost=1'
/** We give up on a transaction after this: the server is frozen, or gone without a word. The connection dies. */
const ANSWER_TIMEOUT_MS = 6000

/** One pipelined connection: transactions are sent as they come and answered in order. */
export interface PostgresConnection {
  readonly inFlight: () => number
  readonly isUsable: () => boolean
  /** A read was sent in this tick, and nothing but reads is in flight: another one travels in the same packet. */
  readonly isGatheringReads: () => boolean
  /** Always answers, at the latest after {@link ANSWER_TIMEOUT_MS}. */
  readonly run: (statements: readonly Statement[], options: RunOptions) => Promise<TransactionAnswer>
  readonly forgetNames: () => void
  /** Ends it now; whatever is in flight fails. */
  readonly destroy: (reason: Error) => void
  /** Ends it after what is in flight was answered. */
  readonly end: () => Promise<void>
}

export interface RunOptions {
  readonly isRead: boolean
  /** Whether statements are prepared under names that later ones reuse. */
  readonly usesNames: boolean
}

export interface ConnectionEvents {
  /** The server did not answer in time; `connection` is destroyed already. */
  readonly onSilence: (connection: PostgresConnection) => void
  /** The server answered: it is there. */
  readonly onAnswer: () => void
  readonly onEnd: (connection: PostgresConnection) => void
}

/**
 * Connects within {@link CONNECT_TIMEOUT_MS}. A pooler (pgbouncer) may refuse the statement timeout as a parameter of
 * the connection; then only our own timeout holds.
 * @throws {Error} what pg, the server or the socket said
 */
export const connectPostgres = async (url: string, events: ConnectionEvents): Promise<PostgresConnection> => {
  try {
    return await connect(url, events, {
      statement_timeout: STATEMENT_TIMEOUT_MS,
      options: PLANNER,
    })
  } catch (error) {
    if (!isParameterRefused(error)) throw error
    return connect(url, events, {})
  }
}

const connect = async (
  url: string,
  events: ConnectionEvents,
  parameters: { readonly statement_timeout?: number; readonly options?: string },
): Promise<PostgresConnection> => {
  const client = new Client({
    connectionString: url,
    application_name: 'countersign',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    pipeline: true,
    types: postgresTypes,
    ...parameters,
  } as ConstructorParameters<typeof Client>[0])
  const names = createStatementNames()
  let inFlight = 0
  let writesInFlight = 0
  let isUsable = true
  let isGathering = false

  /** NOTE: a write to the socket wakes the server, which costs more than all else; so there is one a tick. */
  const gather = (): void => {
    if (isGathering) return
    isGathering = true
    const stream = streamOf(client)
    stream.cork()
    process.nextTick(() => {
      isGathering = false
      stream.uncork()
    })
  }

  const connection: PostgresConnection = {
    inFlight: () => inFlight,
    isUsable: () => isUsable,
    isGatheringReads: () => isGathering && inFlight > 0 && writesInFlight === 0,
    run: (statements, { isRead, usesNames }) =>
      new Promise((resolve) => {
        const timeout = setTimeout(() => {
          destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`))
          events.onSilence(connection)
        }, ANSWER_TIMEOUT_MS)
        inFlight += 1
        writesInFlight += isRead ? 0 : 1
        const query = transactionQuery(statements, usesNames ? names : undefined, (answer) => {
          clearTimeout(timeout)
          inFlight -= 1
          writesInFlight -= isRead ? 0 : 1
          if (answer.kind === 'done') events.onAnswer()
          resolve(answer)
        })
        gather()
        client.query(query)
      }),
    forgetNames: names.forget,
    destroy: (reason) => destroy(reason),
    end: async () => {
      isUsable = false
      await client.end()
    },
  }

  const destroy = (reason: Error): void => {
    isUsable = false
    streamOf(client).destroy(reason)
  }

  // NOTE: pg fails everything in flight before it tells us; without a listener the process would end.
  client.on('error', () => {
    isUsable = false
  })
  client.on('end', () => {
    isUsable = false
    events.onEnd(connection)
  })
  await client.connect()
  return connection
}

interface Stream {
  cork(): void
  uncork(): void
  destroy(reason: Error): void
}

const streamOf = (client: Client): Stream =>
  (client as unknown as { connection: { stream: Stream } }).connection.stream
