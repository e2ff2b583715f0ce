import assert from 'node:assert/strict'
import { eventually } from './eventually.ts'
import type { StoredApp } from './stored-app.ts'

const PATIENCE_MS = 3000

/** From now on; answers what waits until the log holds `event outcome reason`, as such a line. */
export const watchAudit = async (app: StoredApp): Promise<(line: string) => Promise<void>> => {
  const before = new Set((await rowsOf(app)).map(({ id }) => id))
  const gained = async (): Promise<readonly string[]> =>
    (await rowsOf(app))
      .filter(({ id }) => !before.has(id))
      .map(({ event, outcome, reason }) => `${event} ${outcome} ${reason ?? ''}`.trimEnd())
  return async (line) => {
    // NOTE: what changes nothing is recorded a moment after the answer.
    await eventually(async () => (await gained()).includes(line), PATIENCE_MS).catch(async () => {
      assert.deepEqual(await gained(), [line])
    })
  }
}

interface Row {
  readonly id: string
  readonly event: string
  readonly outcome: string
  readonly reason: string | null
}

const rowsOf = ({ database }: StoredApp): Promise<readonly Row[]> =>
  database.all<Row>(
    database.sql.selectFrom('audit_event').select(['id', 'event', 'outcome', 'reason']).orderBy('at'),
  )
