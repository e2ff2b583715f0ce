import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { Client } from 'pg'
import { MIGRATIONS, TABLE } from '../../src/db/migrate.ts'
import { wholeUser } from '../../src/db/migrations/0012-whole-user.ts'
import type { DatabaseConfig } from '../../src/db/open-database.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { forEachEmptyDatabaseConfig } from '../support/databases.ts'

const execute = async (config: DatabaseConfig, statement: string): Promise<readonly unknown[]> => {
  if (config.kind === 'sqlite') {
    const file = new DatabaseSync(join(config.directory, 'countersign.db'))
    const rows = file.prepare(statement).all()
    file.close()
    return rows.map((row) => ({ ...row }))
  }
  const client = new Client({ connectionString: config.url })
  await client.connect()
  const { rows } = await client.query(statement)
  await client.end()
  return rows
}

forEachEmptyDatabaseConfig('the schema', (fresh) => {
  test('is made once when several processes start at the same time', async () => {
    const config = await fresh()
    const databases = await Promise.all([1, 2, 3].map(() => openDatabase(config, { now: () => new Date(5) })))
    const [database] = databases
    assert(database)
    assert.deepEqual(await database.all(database.sql.selectFrom('counter').selectAll()), [
      { name: 'document', value: 0 },
    ])
    for (const one of databases) await one.close()
    const versions = await execute(
      config,
      'select cast(version as integer) as v, cast(applied_at as integer) as at from schema_migration order by version',
    )
    assert.deepEqual(
      versions,
      MIGRATIONS.map((_, index) => ({ v: index + 1, at: 5 })),
    )
  })

  test('and what is in it survives the next start', async () => {
    const config = await fresh()
    const first = await openDatabase(config)
    await first.transact([first.step(first.sql.updateTable('counter').set({ value: 7 }))])
    await first.close()
    const second = await openDatabase(config)
    assert.deepEqual(await second.all(second.sql.selectFrom('counter').select('value')), [{ value: 7 }])
    await second.close()
  })

  test('12 takes what was allowed without openid for the whole User, as it was told then', async () => {
    const config = await fresh()
    await execute(config, TABLE)
    const before = MIGRATIONS.slice(0, MIGRATIONS.indexOf(wholeUser))
    for (const statement of before.flat()) await execute(config, statement)
    for (const version of before.keys())
      await execute(config, `insert into schema_migration values (${version + 1}, 0)`)
    for (const [client, scope] of [
      ['claims', 'a openid b'],
      ['near', 'openid2 xopenid'],
      ['none', ''],
    ])
      await execute(
        config,
        `insert into consent_grant (id, user_id, client_id, scope, created_at, updated_at)
          values ('${client}', 'ann', '${client}', '${scope}', 0, 0)`,
      )
    const database = await openDatabase(config)
    const { sql } = database
    const whole = sql.selectFrom('consent_grant').select('client_id').where('is_whole_user', '=', 1)
    assert.deepEqual(await database.all(whole.orderBy('client_id')), [
      { client_id: 'near' },
      { client_id: 'none' },
    ])
    await database.close()
  })

  test('of a newer version is refused in plain words', async () => {
    const config = await fresh()
    await (await openDatabase(config)).close()
    await execute(config, 'insert into schema_migration values (70, 0)')
    await assert.rejects(
      openDatabase(config),
      new RegExp(`made by a newer Countersign: it has schema 70, this version knows ${MIGRATIONS.length}\\b`),
    )
  })
})

test('the embedded database is readable by its owner only', async (context) => {
  const parent = mkdtempSync(join(tmpdir(), 'countersign-test-'))
  context.after(() => rmSync(parent, { recursive: true }))
  const directory = join(parent, 'deep', 'data')
  const database = await openDatabase({ kind: 'sqlite', directory })
  await database.transact([database.step(database.sql.updateTable('counter').set({ value: 7 }))])
  const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)
  assert.equal(modeOf(directory), '700')
  for (const name of ['countersign.db', 'countersign.db-wal', 'countersign.db-shm'])
    assert.equal(modeOf(join(directory, name)), '600', name)
  await database.close()
  assert.throws(
    () => statSync(join(directory, 'countersign.db-wal')),
    'the log is emptied and gone after a clean close',
  )
})
