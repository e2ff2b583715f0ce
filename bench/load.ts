import type { Answer, Ask, Connection } from './connection.ts'

/** @throws {Error} naming the request and what came — a benchmark of errors measures nothing */
export const expectStatus = (ask: Ask, answer: Answer, status: number): Answer => {
  if (answer.status === status) return answer
  throw new Error(
    `${ask.method ?? 'GET'} ${ask.path.split('?')[0]}: expected ${status}, got ${answer.status}: ${answer.body.slice(0, 500)}`,
  )
}

export interface Measured<Result> {
  readonly perSecond: number
  readonly results: readonly Result[]
}

/** Runs the jobs, one at a time on each connection, the next when the last is done. Results keep the jobs' order. */
export const runAll = async <Job, Result>(
  connections: readonly Connection[],
  jobs: readonly Job[],
  run: (connection: Connection, job: Job) => Promise<Result>,
): Promise<Measured<Result>> => {
  const results: Result[] = []
  const queue = jobs.entries()
  const startedAt = performance.now()
  await Promise.all(
    connections.map(async (connection) => {
      for (const [index, job] of queue) results[index] = await run(connection, job)
    }),
  )
  return { perSecond: (jobs.length / (performance.now() - startedAt)) * 1000, results }
}

/** Sends the same request for so long on every connection; answers requests per second. */
export const rateOf = async (
  connections: readonly Connection[],
  ask: Ask,
  milliseconds: number,
): Promise<number> => {
  let answered = 0
  const startedAt = performance.now()
  await Promise.all(
    connections.map(async (connection) => {
      while (performance.now() - startedAt < milliseconds) {
        expectStatus(ask, await connection.send(ask), 200)
        answered += 1
      }
    }),
  )
  return (answered / (performance.now() - startedAt)) * 1000
}

/** How many milliseconds a job takes, and its result. */
export const timed = async <Result>(
  run: () => Promise<Result>,
): Promise<{ readonly milliseconds: number; readonly result: Result }> => {
  const startedAt = performance.now()
  const result = await run()
  return { milliseconds: performance.now() - startedAt, result }
}

export const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
