import { Worker } from 'node:worker_threads'
import type { TransactOutcome } from '../kernel/transact.ts'
import type { Statement } from './sql-values.ts'
import { sqliteError } from './sqlite-errors.ts'
import type { WriteItem, WriterAnswer, WriterRequest } from './sqlite-writer.ts'
import { unavailable } from './unavailable.ts'

interface Waiting {
  resolve(outcome: TransactOutcome): void
  reject(error: Error): void
}

/**
 * The main thread's end of the writer. Writes of one tick travel in one message; a writer that dies
 * fails what waited for it (outcome unknown, so `unavailable`) and is started again by the next write. Whoever gets an
 * answer may read at once: `beforeAnswers` makes what was written visible.
 */
export const createWriterThread = (file: string, beforeAnswers: () => void) => {
  let worker: Worker | undefined
  let nextId = 0
  let unsent: WriteItem[] = []
  let isClosed = false
  let whenIdle: (() => void) | undefined
  const waiting = new Map<number, Waiting>()

  const start = (): Worker => {
    const started = new Worker(new URL('./sqlite-writer.ts', import.meta.url), { workerData: file })
    let fault: unknown
    started.on('message', (answers: readonly WriterAnswer[]) => {
      beforeAnswers()
      answers.forEach(settle)
      if (waiting.size === 0) whenIdle?.()
    })
    started.on('error', (error) => {
      fault = error
    })
    started.on('exit', () => {
      if (worker === started) worker = undefined
      beforeAnswers()
      failAll(fault ?? new Error('the writer thread ended'))
    })
    worker = started
    return started
  }

  const settle = ({ id, outcome }: WriterAnswer): void => {
    const waiter = waiting.get(id)
    waiting.delete(id)
    if (outcome.kind === 'failed') waiter?.reject(sqliteError(outcome.failure))
    else waiter?.resolve(outcome)
  }

  const failAll = (fault: unknown): void => {
    const failed = [...waiting.values()]
    waiting.clear()
    unsent = []
    for (const waiter of failed) waiter.reject(unavailable(fault))
    whenIdle?.()
  }

  const send = (request: WriterRequest): void => (worker ?? start()).postMessage(request)

  const flush = (): void => {
    if (unsent.length === 0) return
    const items = unsent
    unsent = []
    send({ kind: 'write', items })
  }

  start()

  return {
    write: (statements: readonly Statement[]): Promise<TransactOutcome> => {
      if (isClosed) return Promise.reject(unavailable(new Error('the database is closed')))
      return new Promise((resolve, reject) => {
        const id = nextId++
        waiting.set(id, { resolve, reject })
        // NOTE: a tick runs after the promise jobs under way, so what they write travels together, undelayed.
        if (unsent.push({ id, statements }) === 1) process.nextTick(flush)
      })
    },
    /** Answers every pending write, then ends the thread; its connection checkpoints when it is the last. */
    close: async (beforeLast: () => void): Promise<void> => {
      isClosed = true
      flush()
      if (waiting.size > 0)
        await new Promise<void>((resolve) => {
          whenIdle = resolve
        })
      beforeLast()
      const closing = worker
      if (closing === undefined) return
      await new Promise<void>((resolve) => {
        closing.once('exit', () => resolve())
        closing.postMessage({ kind: 'close' } satisfies WriterRequest)
      })
    },
  }
}
