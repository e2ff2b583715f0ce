import { invalid } from '../kernel/problem.ts'
import type { SqlValue } from '../kernel/transact.ts'

/** One statement as it is sent: what Kysely compiled, checked. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly SqlValue[]
  /** It must yield a row, or its whole transaction is refused. */
  readonly isGuard: boolean
}

/**
 * Checks what is about to be bound, so that both engines take and refuse the same values.
 * @throws {Problem} invalid — text that PostgreSQL cannot hold: a NUL, half a surrogate pair, or JSON that escapes one
 * @throws {TypeError} a value that is neither text, number, bytes nor null: a mistake of ours
 */
export const checkedParameters = (parameters: readonly unknown[]): readonly SqlValue[] => {
  for (const value of parameters) {
    if (typeof value === 'string') checkText(value)
    else if (typeof value === 'number' ? !Number.isFinite(value) : !isOtherSqlValue(value))
      throw new TypeError(
        `a SQL parameter must be text, a finite number, bytes or null, not ${typeof value === 'number' ? value : typeof value}`,
      )
  }
  return parameters as readonly SqlValue[]
}

const isOtherSqlValue = (value: unknown): boolean =>
  value === null || typeof value === 'bigint' || value instanceof Uint8Array

const checkText = (text: string): void => {
  if (text.includes('\0')) throw invalid('text must not contain the character U+0000; remove it')
  if (!text.isWellFormed()) throw invalid('text must be well-formed Unicode; half a surrogate pair was found')
  // NOTE: JSON is text to the database until a search looks inside; PostgreSQL then refuses these two escapes.
  const isJson = text.startsWith('{') || text.startsWith('[')
  if (isJson && text.includes('\\u') && UNREADABLE_ESCAPE.test(text))
    throw invalid('text must not contain the character U+0000 or half a surrogate pair; remove it')
}

/** `\u0000` or a surrogate that JSON.stringify had to escape; an escaped backslash before `u` does not count. */
const UNREADABLE_ESCAPE = /(?<!\\)(?:\\\\)*\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})/
