import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { Client } from 'pg'
import { startPostgresCluster } from './postgres-cluster.ts'
import { freshPostgresDatabase, migratedPostgresDatabase } from './postgres-database.ts'

/** Few ask what does not answer; whoever does may be slow where everybody wants the processor. */
async function ask(url: string, question: string, patienceMs = 30_000): Promise<unknown> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: patienceMs,
    query_timeout: patienceMs,
  })
  client.on('error', () => {})
  await client.connect()
  try {
    return Object.values((await client.query(question)).rows[0] ?? {})[0]
  } finally {
    await client.end()
  }
}

test('a fresh database is empty, durable and gone after drop', async () => {
  const database = await freshPostgresDatabase()
  assert.equal(await ask(database.url, "SELECT count(*)::int FROM pg_tables WHERE schemaname = 'public'"), 0)
  assert.equal(await ask(database.url, 'SHOW fsync'), 'on')
  await database.drop()
  await assert.rejects(ask(database.url, 'SELECT 1'), /does not exist/)
})

test('migrated databases are copies of one, each with a schema of its own', async () => {
  const [one, other] = await Promise.all([migratedPostgresDatabase(), migratedPostgresDatabase()])
  await ask(one.url, 'UPDATE counter SET value = 7 RETURNING value')
  assert.equal(await ask(one.url, 'SELECT value::int FROM counter'), 7)
  assert.equal(await ask(other.url, 'SELECT value::int FROM counter'), 0)
  await Promise.all([one.drop(), other.drop()])
})

test('a private cluster can be frozen, thawed, crashed and started again', async () => {
  const cluster = await startPostgresCluster()
  const folder = String(await ask(cluster.url, 'SHOW data_directory'))
  try {
    cluster.freeze()
    await assert.rejects(ask(cluster.url, 'SELECT 1', 1000), /timeout/)
    cluster.thaw()
    assert.equal(await ask(cluster.url, 'SELECT 1'), 1)
    await cluster.stop('immediate')
    await assert.rejects(ask(cluster.url, 'SELECT 1'), /ECONNREFUSED/)
    await cluster.start()
    assert.equal(await ask(cluster.url, 'SELECT 1'), 1)
    cluster.freeze()
  } finally {
    cluster.destroy()
  }
  assert.equal(existsSync(folder), false)
})
