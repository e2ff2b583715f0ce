import type { Database } from '../../src/db/database.ts'

/** The same database, counting what is sent to it. */
export const counting = (database: Database) => {
  const counts = { reads: 0, transactions: 0 }
  const counted: Database = {
    ...database,
    first: (query) => {
      counts.reads += 1
      return database.first(query)
    },
    all: (query) => {
      counts.reads += 1
      return database.all(query)
    },
    transact: (steps) => {
      counts.transactions += 1
      return database.transact(steps)
    },
  }
  const costOf = async <T>(action: () => Promise<T>) => {
    const before = { ...counts }
    const result = await action()
    return {
      result,
      reads: counts.reads - before.reads,
      transactions: counts.transactions - before.transactions,
    }
  }
  return { counted, costOf }
}

/** For stores under count: what is recorded soon, and no answer waits for, is not counted with whatever comes then. */
export const neverOver = (): Promise<void> => new Promise(() => {})
