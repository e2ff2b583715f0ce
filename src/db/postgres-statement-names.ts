import { hash } from 'node:crypto'
import type { SqlValue } from '../kernel/transact.ts'
import type { Statement } from './sql-values.ts'

/** What a statement yields: names, and how the server's text of a value is read. */
export type Columns = readonly { readonly name: string; readonly read: (text: string) => SqlValue }[]

/** How the next use of a statement travels. */
export type NameUse =
  | { readonly kind: 'unnamed' }
  /** Known to the server: only bound. It refuses to run it once it would yield other columns. */
  | { readonly kind: 'bind'; readonly name: string; readonly columns: Columns }
  /** Prepared under its name now; closed first where an earlier try may have left it behind. */
  | { readonly kind: 'prepare'; readonly name: string; readonly isLeftover: boolean }

const MOST_NAMES = 400

/**
 * Which statements one connection has prepared. A name is bound without preparing it only after the server's answer
 * proved that it exists: of transactions sent before that answer, the first may yet fail and leave it unprepared.
 */
export const createStatementNames = () => {
  type States = Map<string, 'sent' | 'unknown' | Columns>
  // NOTE: as a guard the same SQL is another statement to the server: the one that refuses.
  const steps: States = new Map()
  const guards: States = new Map()
  const statesOf = ({ isGuard }: Statement): States => (isGuard ? guards : steps)
  return {
    use: (statement: Statement): NameUse => {
      const { sql, isGuard } = statement
      const states = statesOf(statement)
      const state = states.get(sql)
      const isFull = steps.size + guards.size >= MOST_NAMES
      if (state === 'sent' || (state === undefined && isFull)) return { kind: 'unnamed' }
      const name = `${isGuard ? 'g' : 's'}_${hash('sha1', sql)}`
      if (typeof state === 'object') return { kind: 'bind', name, columns: state }
      states.set(sql, 'sent')
      return { kind: 'prepare', name, isLeftover: state === 'unknown' }
    },
    /** The server answered: with columns where it executed the statement, else nobody knows how far it came. */
    settle: (statement: Statement, columns: Columns | undefined): void => {
      statesOf(statement).set(statement.sql, columns ?? 'unknown')
    },
    /** All are to be prepared again; the server still has what it had under their names. */
    forget: (): void => {
      for (const states of [steps, guards]) for (const sql of states.keys()) states.set(sql, 'unknown')
    },
  }
}

export type StatementNames = ReturnType<typeof createStatementNames>
