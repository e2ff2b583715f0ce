import { Problem } from './kernel/problem.ts'

/** Whether starting again later may work. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof Problem && error.details.kind === 'unavailable'

/**
 * Why the start failed, for the operator: one line that says what is wrong outside of this program, the stack of a bug.
 * A database that is down tells its address, never a password.
 */
export const describeStartFailure = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  if (isUnavailable(error)) return `The database cannot be opened now: ${reasonOf(error.cause)}`
  const isBug = [TypeError, RangeError, ReferenceError, SyntaxError].some((bug) => error instanceof bug)
  return isBug && !('code' in error) ? (error.stack ?? error.message) : error.message
}

/** NOTE: where a name has several addresses and none answers, Node's error has a code and no message. */
const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return cause.message === '' ? String((cause as { readonly code?: string }).code) : cause.message
}
