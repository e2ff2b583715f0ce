import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { Client } from 'pg'
import type { Database } from '../../src/db/database.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { Problem } from '../../src/kernel/problem.ts'
import { eventually } from '../support/eventually.ts'
import type { PostgresCluster } from '../support/postgres-cluster.ts'
import { startPostgresCluster } from '../support/postgres-cluster.ts'
import { startStrictPooler } from '../support/strict-pooler.ts'

let cluster: PostgresCluster
let database: Database
before(async () => {
  cluster = await startPostgresCluster()
  database = await openDatabase({ kind: 'postgres', url: cluster.url })
})
after(async () => {
  await database?.close()
  cluster?.destroy()
})

const row = (name: string, half: string) => ({
  user_id: name,
  client_id: half,
  scope: 'x',
  created_at: 1,
  updated_at: 1,
})

const writePair = (name: string, target = database) =>
  target.transact(
    ['left', 'right'].map((half) =>
      target.step(target.sql.insertInto('consent_grant').values(row(name, half))),
    ),
  )

const namesOf = async (): Promise<readonly string[]> => {
  const rows = await database.all(database.sql.selectFrom('consent_grant').select('user_id'))
  return rows.map((found) => found.user_id)
}

const asOperator = async (...statements: readonly string[]): Promise<void> => {
  const client = new Client({ connectionString: cluster.url })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

const isUnavailable = (error: unknown): boolean => {
  assert(error instanceof Problem && error.details.kind === 'unavailable', String(error))
  assert.doesNotMatch(error.message, /127\.0\.0\.1|insert|consent_grant|ECONN/)
  assert(error.cause instanceof Error)
  return true
}

/** Asserts that the call is answered `unavailable`, and soon enough. */
const isRefusedWithin = async (milliseconds: number, call: () => Promise<unknown>): Promise<void> => {
  const began = performance.now()
  await assert.rejects(call(), isUnavailable)
  const took = performance.now() - began
  assert(took < milliseconds, `answered after ${Math.round(took)} ms`)
}

const worksAgain = () =>
  eventually(async () => {
    try {
      await database.ping()
      return true
    } catch (error) {
      return !isUnavailable(error)
    }
  })

test('a frozen server: unavailable within seconds, then at once; after the thaw all goes on, nothing half-written', async () => {
  await Promise.all([1, 2, 3, 4, 5, 6].map((n) => writePair(`warm ${n}`)))
  cluster.freeze()
  const calls = Array.from({ length: 20 }, (_, n) => () => (n % 2 ? writePair(`frozen ${n}`) : namesOf()))
  await Promise.all(calls.map((call) => isRefusedWithin(7000, call)))
  await Promise.all(calls.map((call) => isRefusedWithin(1500, call)))
  cluster.thaw()
  await worksAgain()
  await writePair('after the thaw')
  const names = await namesOf()
  for (const name of names) assert.equal(names.filter((other) => other === name).length, 2, name)
})

test('a stopped server: unavailable at once; after its start all goes on', async () => {
  await cluster.stop('fast')
  for (const call of [() => writePair('down'), namesOf, () => database.ping()])
    await isRefusedWithin(1500, call)
  await cluster.start()
  await worksAgain()
  await writePair('after the start')
  assert(!(await namesOf()).includes('down'))
})

test('a server whose connections are ended by its operator: the next calls use new ones', async () => {
  await asOperator(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'countersign'",
  )
  await worksAgain()
  await writePair('after the end of connections')
})

test('a read-only server: writes are unavailable, reads go on', async () => {
  await asOperator('alter system set default_transaction_read_only = on', 'select pg_reload_conf()')
  await eventually(
    async () => (await outcomeOf(writePair(`read-only ${performance.now()}`))) === 'unavailable',
  )
  assert((await namesOf()).length > 0)
  await asOperator(
    'set default_transaction_read_only = off',
    'alter system reset all',
    'select pg_reload_conf()',
  )
  await eventually(async () => (await outcomeOf(writePair(`writable ${performance.now()}`))) === 'committed')
})

const outcomeOf = async (write: ReturnType<typeof writePair>): Promise<string> => {
  try {
    return (await write).kind
  } catch (error) {
    return isUnavailable(error) ? 'unavailable' : 'failed'
  }
}

test('a table locked by somebody: its writers are unavailable within seconds, others are served meanwhile', async () => {
  const locker = new Client({ connectionString: cluster.url })
  await locker.connect()
  await locker.query('begin; lock table consent_grant')
  const locked = isRefusedWithin(7000, () => writePair('locked out'))
  await new Promise((resolve) => setTimeout(resolve, 50))
  const other = () => database.all(database.sql.selectFrom('counter').selectAll())
  await other() // NOTE: the first may have to wait until a second connection is there.
  const began = performance.now()
  for (let n = 0; n < 20; n += 1) await other()
  assert(performance.now() - began < 1000)
  await locked
  await locker.end()
  await writePair('after the lock')
})

test('a deadlock is tried again until it succeeds', async () => {
  await Promise.all([writePair('a'), writePair('b')])
  const touch = (name: string) =>
    database.step(
      database.sql.updateTable('consent_grant').set({ scope: 'ours' }).where('user_id', '=', name),
    )
  // PostgreSQL ends whoever looks for a deadlock first; ours is to look, and not before there is one.
  await asOperator("alter system set deadlock_timeout = '3s'", 'select pg_reload_conf()')
  const rival = new Client({ connectionString: cluster.url })
  await rival.connect()
  await rival.query("set deadlock_timeout = '1h'")
  await rival.query("begin; update consent_grant set scope = 'theirs' where user_id = 'b'")
  const ours = database.transact([touch('a'), touch('b')])
  await eventually(async () => (await rival.query('select 1 from pg_locks where not granted')).rowCount === 1)
  await rival.query("update consent_grant set scope = 'theirs' where user_id = 'a'")
  await rival.query('commit')
  await rival.end()
  assert.equal((await ours).kind, 'committed')
})

test('a pooler that forgets prepared statements and refuses parameters costs nothing but a retry', async () => {
  const pooler = await startStrictPooler(cluster.url)
  const pooled = await openDatabase({ kind: 'postgres', url: pooler.url })
  const forget = pooled.step({ compile: () => sql`deallocate all`.compile(pooled.sql) })
  const read = () =>
    pooled.all(pooled.sql.selectFrom('consent_grant').select('user_id').where('user_id', '=', 'a'))
  for (let n = 0; n < 6; n += 1) {
    await read()
    await read()
    await writePair(`pooled ${n}`, pooled)
    await pooled.transact([forget])
  }
  assert.equal((await read()).length, 2)
  assert(pooler.refusals() > 0)
  await pooled.close()
  pooler.close()
})

test('a newer version may add a column while this one runs', async () => {
  const readAll = () => database.all(database.sql.selectFrom('full_access').selectAll())
  await readAll()
  await readAll()
  await asOperator('alter table full_access add column note text')
  assert.deepEqual(await readAll(), [])
})

test('after a newer version changed a table, statements are prepared again and stay so', async () => {
  const older = await openDatabase({ kind: 'postgres', url: cluster.url })
  const tables = ['full_access', 'counter', 'consent_grant', 'known_device', 'throttle'] as const
  const readAll = async () => {
    for (const table of tables) await older.all(older.sql.selectFrom(table).selectAll().limit(1))
  }
  await readAll()
  await readAll()
  await asOperator('alter table full_access add column remark text')
  await readAll()
  await older.all(older.sql.selectFrom('counter').select('name').limit(1))
  const prepared = await older.all<{ readonly statement: string }>({
    compile: () =>
      sql<{ statement: string }>`select statement from pg_prepared_statements`.compile(older.sql),
  })
  assert(prepared.some(({ statement }) => statement.startsWith('select "name" from "counter"')))
  await older.close()
})

test('a write that waits for a lock keeps no read of its moment waiting', async () => {
  // Several at once, so that there is more than one connection to choose from.
  for (let round = 0; round < 3; round += 1)
    await Promise.all(Array.from({ length: 20 }, (_, n) => writePair(`crowd-${round}-${n}`)))
  const rival = new Client({ connectionString: cluster.url })
  await rival.connect()
  await rival.query('begin; lock table known_device in access exclusive mode')
  let isWritten = false
  const write = database
    .transact([database.step(database.sql.deleteFrom('known_device').where('user_id', '=', 'nobody'))])
    .then(() => {
      isWritten = true
    })
  const names = await namesOf()
  assert.ok(names.length >= 120)
  assert.equal(isWritten, false)
  await rival.query('commit')
  await write
  await rival.end()
})
