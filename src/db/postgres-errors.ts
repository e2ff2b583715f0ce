import { DuplicateKeyError } from '../kernel/transact.ts'
import { unavailable } from './unavailable.ts'

/** The fields of PostgreSQL's ErrorResponse (and of Node's socket errors) that decide anything. */
interface PostgresFault {
  readonly message: string
  readonly code?: string
  readonly table?: string
  readonly detail?: string
  readonly constraint?: string
}

const codeOf = (error: unknown): string => (error as PostgresFault).code ?? ''

/**
 * Classes 08 connection, 53 resources (disk full, too many connections), 57 operator (shutting down, starting up,
 * statement timeout), 58 system; 25006 read-only, 55P03 lock timeout, 40 conflicts that outlived their retries.
 */
const UNAVAILABLE = /^(?:08...|53...|57...|58...|25006|25P03|55P03|40...|E[A-Z_]+)$/

/** The whole transaction was rolled back and may well succeed when it is sent again. */
export const isConflict = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error))

/** A pooler moved us to a server that does not know our prepared statements; nothing ran. */
export const isStatementLost = (error: unknown): boolean => ['26000', '42P05'].includes(codeOf(error))

/** The schema changed under a prepared statement ("cached plan must not change result type"); nothing ran. */
export const isPlanStale = (error: unknown): boolean => codeOf(error) === '0A000'

/** How a guard says no: it divides by the number of its rows. */
export const isDivisionByZero = (error: unknown): boolean => codeOf(error) === '22012'

/** A pooler that does not pass parameters on refuses the connection by naming the parameter. */
export const isParameterRefused = (error: unknown): boolean =>
  /unsupported startup parameter/i.test((error as PostgresFault).message)

/** The error our callers see. Syntax errors and unknown columns stay plain errors: they are bugs. */
export const postgresError = (error: unknown): Error => {
  if (error instanceof TypeError || error instanceof RangeError) return error
  const { code, message } = error as PostgresFault
  if (code === '23505') return new DuplicateKeyError(constraintOf(error as PostgresFault))
  if (code === undefined || UNAVAILABLE.test(code)) return unavailable(error)
  return new Error(`PostgreSQL ${code}: ${message}`, { cause: error })
}

/** `Key (a, b)=(1, 2) already exists.` of table t → `t(a, b)`, as SQLite's answer reads too. Never the values. */
const constraintOf = ({ table, detail, constraint }: PostgresFault): string => {
  const columns = /^Key \((.*?)\)=/.exec(detail ?? '')?.[1]
  return columns === undefined ? (constraint ?? table ?? 'unknown') : `${table}(${columns})`
}
