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
  const taken = faultOfAddress(error)
  if (taken !== undefined) return taken
  const isBug = [TypeError, RangeError, ReferenceError, SyntaxError].some((bug) => error instanceof bug)
  return isBug && !('code' in error) ? (error.stack ?? error.message) : error.message
}

/** What Node could not listen on, with the setting to change; undefined of any other error. */
const faultOfAddress = (
  error: NodeJS.ErrnoException & { address?: string; port?: number },
): string | undefined => {
  if (error.syscall === 'getaddrinfo') return `HOST: there is no such address (${error.message})`
  if (error.syscall !== 'listen') return undefined
  switch (error.code) {
    case 'EADDRINUSE':
      return `PORT: another program listens on port ${error.port} of ${error.address} already; stop it, or set another PORT`
    case 'EACCES':
      return `PORT: this user may not listen on port ${error.port}; set one above 1023, behind a proxy`
    case 'EADDRNOTAVAIL':
      return `HOST: ${error.address} is no address of this machine; set one that is, or 0.0.0.0 for all`
    default:
      return `HOST or PORT: ${error.message}`
  }
}

/** NOTE: where a name has several addresses and none answers, Node's error has a code and no message. */
const reasonOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  return cause.message === '' ? String((cause as { readonly code?: string }).code) : cause.message
}
