import { performance } from 'node:perf_hooks'
import type { DatabaseSync } from 'node:sqlite'

export interface Snapshot {
  /** To be called before each read. */
  enter(): void
  /** What was written before is seen by every read from now on. */
  leave(): void
}

const loopCount = (): number => performance.nodeTiming.uvMetricsInfo.loopCount

/** Of so many turns one has no view, so that the log can be emptied under whatever load: that needs a moment without. */
const TURNS = 8

/**
 * Lets the reads of one turn of the event loop share one view of the database.
 * NOTE: SQLite locks and unlocks for every view, by system calls that cost some five times as much as an indexed read. What
 * comes over a socket comes with a later turn, so nobody can ask for what was written after the view that answers it. A turn
 * here begins where the loop looks at its sockets: what a timer opened ends before that, though its `setImmediate` comes after.
 */
export const createSnapshot = (reader: DatabaseSync, turnNow = loopCount): Snapshot => {
  const begin = reader.prepare('begin')
  const commit = reader.prepare('commit')
  let isLeaving = false
  let viewOf = 0

  const leave = (): void => {
    if (reader.isOpen && reader.isTransaction) commit.run()
  }
  const leaveWithTheTurn = (): void => {
    isLeaving = false
    leave()
  }

  return {
    enter: () => {
      const turn = turnNow()
      if (reader.isTransaction) {
        if (turn === viewOf) return
        commit.run()
      }
      if (turn % TURNS === 0) return
      begin.run()
      viewOf = turn
      if (isLeaving) return
      isLeaving = true
      setImmediate(leaveWithTheTurn)
    },
    leave,
  }
}
