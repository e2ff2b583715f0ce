// A process of its own that writes and says what was acknowledged, so that tests can trace it or kill it.
import { openSync, writeSync } from 'node:fs'
import type { Database } from '../../src/db/database.ts'
import type { DatabaseConfig } from '../../src/db/open-database.ts'
import { openDatabase } from '../../src/db/open-database.ts'

export interface WriterOrder {
  readonly config: DatabaseConfig
  /** Appended to, one line per event: `arrive` before a write, the pair's name after its acknowledgement. */
  readonly report: string
  /** Distinguishes the pairs of this process from those of another. */
  readonly run: string
  /** `flood`: write on 16 lanes until killed. `lone`: ten writes, one after the other. `burst`: 200 at once. */
  readonly kind: 'flood' | 'lone' | 'burst'
}

const LANES = 16
const LONE_WRITES = 10
const BURST = 200

const order = JSON.parse(process.argv[2] ?? '') as WriterOrder
const report = openSync(order.report, 'a')
const say = (line: string) => writeSync(report, `${line}\n`)
const database = await openDatabase(order.config)
await database.ping()

await {
  flood: () => Promise.all(Array.from({ length: LANES }, (_, lane) => writeForever(`${order.run}.${lane}`))),
  lone: async () => {
    for (let n = 0; n < LONE_WRITES; n += 1) {
      say('arrive')
      await writePair(database, `${order.run}.${n}`)
    }
  },
  burst: async () => {
    say('arrive')
    await Promise.all(Array.from({ length: BURST }, (_, n) => writePair(database, `${order.run}.${n}`)))
  },
}[order.kind]()
await database.close()

async function writeForever(lane: string): Promise<never> {
  for (let n = 0; ; n += 1) await writePair(database, `${lane}.${n}`)
}

/** Two rows and a count, which belong together. A write that was not acknowledged is nobody's business. */
async function writePair(target: Database, name: string): Promise<void> {
  const { sql } = target
  const half = (half: string) =>
    sql
      .insertInto('consent_grant')
      .values({ user_id: name, client_id: half, scope: 'x', created_at: 1, updated_at: 1 })
  const count = sql
    .updateTable('counter')
    .set((eb) => ({ value: eb('value', '+', 1) }))
    .returning('value')
  try {
    const steps = [target.step(half('left')), target.guard(count), target.step(half('right'))]
    if ((await target.transact(steps)).kind === 'committed') say(name)
  } catch {
    // Not acknowledged: the database may be down, which some tests want.
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
