import { Problem } from '../kernel/problem.ts'

export interface BoundedQueueOptions {
  readonly running: number
  readonly waiting: number
}

/**
 * Runs at most `running` jobs at a time, first come, first served, with `waiting` more in line.
 * @throws {Problem} unavailable — the line is full
 */
export const createBoundedQueue = ({ running, waiting }: BoundedQueueOptions) => {
  const line: (() => void)[] = []
  let active = 0

  const turn = (): Promise<void> => {
    if (active < running) {
      active += 1
      return Promise.resolve()
    }
    if (line.length >= waiting)
      throw new Problem({
        kind: 'unavailable',
        retryAfterSeconds: 1,
        message: 'too many passwords are being checked at the moment; try again in a second',
      })
    return new Promise((resolve) => line.push(resolve))
  }

  return async <Value>(job: () => Promise<Value>): Promise<Value> => {
    await turn()
    try {
      return await job()
    } finally {
      const next = line.shift()
      if (next === undefined) active -= 1
      else next()
    }
  }
}
