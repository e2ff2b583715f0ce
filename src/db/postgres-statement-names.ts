import { hash } from 'node:crypto'

/** How the next use of a statement travels. */
export type NameUse =
  | { readonly kind: 'unnamed' }
  /** Known to the server: only bound. */
  | { readonly kind: 'bind'; readonly name: string }
  /** Prepared under its name now; closed first where an earlier try may have left it behind. */
  | { readonly kind: 'prepare'; readonly name: string; readonly isLeftover: boolean }

const MOST_NAMES = 400

/**
 * Which statements one connection has prepared. A name is bound without preparing it only after the server's answer
 * proved that it exists: of transactions sent before that answer, the first may yet fail and leave it unprepared.
 */
export const createStatementNames = () => {
  const states = new Map<string, 'sent' | 'prepared' | 'unknown'>()
  return {
    use: (sql: string): NameUse => {
      const state = states.get(sql)
      if (state === 'sent' || (state === undefined && states.size >= MOST_NAMES)) return { kind: 'unnamed' }
      const name = `s_${hash('sha1', sql)}`
      if (state === 'prepared') return { kind: 'bind', name }
      states.set(sql, 'sent')
      return { kind: 'prepare', name, isLeftover: state === 'unknown' }
    },
    /** The server answered: `isCertain` where it executed the statement, else nobody knows how far it came. */
    settle: (sql: string, isCertain: boolean): void => {
      states.set(sql, isCertain ? 'prepared' : 'unknown')
    },
  }
}

export type StatementNames = ReturnType<typeof createStatementNames>
