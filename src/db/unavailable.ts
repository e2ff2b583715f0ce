import { Problem } from '../kernel/problem.ts'

const RETRY_AFTER_SECONDS = 2

/** The database cannot do its work now. What really happened is the `cause`, for the log only. */
export const unavailable = (cause: unknown): Problem =>
  new Problem(
    {
      kind: 'unavailable',
      retryAfterSeconds: RETRY_AFTER_SECONDS,
      message: 'the database does not answer; try again in a moment',
    },
    { cause },
  )
