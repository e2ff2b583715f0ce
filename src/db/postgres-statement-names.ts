import { hash } from 'node:crypto'
import type { SqlValue } from '../kernel/transact.ts'

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
  const states = new Map<string, 'sent' | 'unknown' | Columns>()
  return {
    use: (sql: string): NameUse => {
      const state = states.get(sql)
      if (state === 'sent' || (state === undefined && states.size >= MOST_NAMES)) return { kind: 'unnamed' }
      const name = `s_${hash('sha1', sql)}`
      if (typeof state === 'object') return { kind: 'bind', name, columns: state }
      states.set(sql, 'sent')
      return { kind: 'prepare', name, isLeftover: state === 'unknown' }
    },
    /** The server answered: with columns where it executed the statement, else nobody knows how far it came. */
    settle: (sql: string, columns: Columns | undefined): void => {
      states.set(sql, columns ?? 'unknown')
    },
  }
}

export type StatementNames = ReturnType<typeof createStatementNames>
