import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import type { Database } from '../../src/db/database.ts'
import type { DatabaseConfig } from '../../src/db/open-database.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import type { WriterOrder } from '../support/durable-writer.ts'
import { eventually } from '../support/eventually.ts'
import type { PostgresCluster } from '../support/postgres-cluster.ts'
import { startPostgresCluster } from '../support/postgres-cluster.ts'
import { findOnPath, mustBeFound } from '../support/tools.ts'

const WRITER = fileURLToPath(new URL('../support/durable-writer.ts', import.meta.url))
const KILLS = 20
const CRASHES_OF_THE_SERVER = 4

const folder = mkdtempSync(join(tmpdir(), 'countersign-durability-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const linesOf = (file: string): readonly string[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : []

/** Everything that must agree, read in one statement: the pairs' names, the count, and how many rows there are. */
const inspect = async (database: Database) => {
  const { sql: builder } = database
  const rows = await database.all(
    builder.selectFrom('consent_grant').select('user_id').where('client_id', '=', 'left'),
  )
  const state = sql<{ count: number; rows: number; halves: number }>`select
    (select value from counter where name = 'document') as count,
    (select count(*) from consent_grant) as rows,
    (select count(*) from (select user_id from consent_grant group by user_id having count(*) <> 2) as torn) as halves`
  const agreed = await database.first({ compile: () => state.compile(builder) })
  return { names: new Set(rows.map((row) => row.user_id)), ...agreed }
}

const killUnderLoad = async (order: WriterOrder, during: () => Promise<void>): Promise<void> => {
  const acknowledged = linesOf(order.report).length
  const writer = spawn(process.execPath, [WRITER, JSON.stringify(order)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const hasEnded = once(writer, 'exit')
  try {
    await eventually(() => linesOf(order.report).length > acknowledged + 50)
    await during()
  } finally {
    // NOTE: one left alive would keep a failed test from ending.
    writer.kill('SIGKILL')
    await hasEnded
  }
}

const assertNothingLost = async (config: DatabaseConfig, report: string): Promise<void> => {
  const database = await openDatabase(config)
  try {
    const state = await inspect(database)
    const lost = linesOf(report).filter((name) => !state.names.has(name))
    assert.deepEqual(lost, [], 'every acknowledged write is there')
    assert.equal(state.halves, 0, 'nothing is half-written')
    assert.equal(state.rows, 2 * (state.count ?? 0), 'every write was counted exactly once')
  } finally {
    await database.close()
  }
}

let cluster: PostgresCluster
before(async () => {
  cluster = await startPostgresCluster()
})
after(() => cluster?.destroy())

// NOTE: at the same time, because each mostly waits for its process to start.
describe('an acknowledged write', { concurrency: true }, () => {
  test('on SQLite, twenty times killed under write load, no acknowledged write is lost', async () => {
    const config: DatabaseConfig = { kind: 'sqlite', directory: join(folder, 'killed') }
    const report = join(folder, 'killed-sqlite.txt')
    for (let run = 0; run < KILLS; run += 1) {
      await killUnderLoad({ config, report, run: `${run}`, kind: 'flood' }, async () => {})
      await assertNothingLost(config, report)
    }
  })

  test('on PostgreSQL, twenty times killed under write load, the server too, no acknowledged write is lost', async () => {
    const config: DatabaseConfig = { kind: 'postgres', url: cluster.url }
    const report = join(folder, 'killed-postgres.txt')
    for (let run = 0; run < KILLS; run += 1) {
      const doesServerCrash = run % (KILLS / CRASHES_OF_THE_SERVER) === 0
      await killUnderLoad({ config, report, run: `${run}`, kind: 'flood' }, async () => {
        if (doesServerCrash) await cluster.stop('immediate')
      })
      if (doesServerCrash) await cluster.start()
      await assertNothingLost(config, report)
    }
  })
})

/** What the writer did, in order: its own `arrive` and `answer` lines and the syncs of its threads. */
const trace = async (kind: 'lone' | 'burst'): Promise<readonly ('arrive' | 'answer' | 'sync')[]> => {
  const strace = mustBeFound(findOnPath('strace'), 'strace')
  const output = join(folder, `${kind}.trace`)
  const config: DatabaseConfig = { kind: 'sqlite', directory: join(folder, kind) }
  const order: WriterOrder = { config, report: join(folder, `${kind}.txt`), run: 'traced', kind }
  const words = ['-f', '-qq', '-s', '12', '-e', 'trace=write,fsync,fdatasync', '-o', output]
  await promisify(execFile)(strace, [...words, process.execPath, WRITER, JSON.stringify(order)])
  const events = linesOf(output).flatMap((line) => {
    if (/ (?:fsync|fdatasync)\(\d+(?:\) += 0| <unfinished)/.test(line)) return ['sync' as const]
    if (/ write\(\d+, "arrive/.test(line)) return ['arrive' as const]
    return / write\(\d+, "traced/.test(line) ? ['answer' as const] : []
  })
  return events.slice(events.indexOf('arrive'), events.lastIndexOf('answer') + 1)
}

test('a sync of the disk lies between the arrival of each lone write and its answer', async () => {
  const events = (await trace('lone')).join(' ')
  assert.match(events, /^(?:arrive (?:sync )+answer ?){10}$/)
})

test('two hundred writes at once share a handful of syncs, all before the first answer', async () => {
  const events = await trace('burst')
  assert.equal(events.filter((event) => event === 'answer').length, 200)
  const syncs = events.filter((event) => event === 'sync').length
  assert(syncs >= 1 && syncs <= 5, `${syncs} syncs`)
  assert.equal(events[1], 'sync', 'nothing is answered before the first sync')
})
