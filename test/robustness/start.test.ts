import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { openDatabase } from '../../src/db/open-database.ts'
import { eventually } from '../support/eventually.ts'
import type { PostgresCluster } from '../support/postgres-cluster.ts'
import { startPostgresCluster } from '../support/postgres-cluster.ts'
import { spawnServerProcess, startServerProcess } from '../support/server-process.ts'
import { SITE_ENV } from '../support/site.ts'

let cluster: PostgresCluster
before(async () => {
  cluster = await startPostgresCluster()
})
after(() => cluster?.destroy())

/** What it said before it ended with 1. */
const failure = async (env: Readonly<Record<string, string>>): Promise<string> => {
  const server = await spawnServerProcess({ ...SITE_ENV, ...env })
  await assert.rejects(server.listening)
  assert.equal(await server.exited, 1)
  return server.output()
}

test('a start while the database is down says so in one line, waits, and goes on when it is there', async () => {
  await cluster.stop('fast')
  const waiting = await spawnServerProcess({ ...SITE_ENV, DATABASE_URL: cluster.url })
  const stopped = await spawnServerProcess({ ...SITE_ENV, DATABASE_URL: cluster.url })
  await eventually(() => [waiting, stopped].every((server) => server.output().includes('Waiting up to')))
  assert.match(
    waiting.output(),
    /^The database cannot be opened now: .*ECONNREFUSED.*\. Waiting up to 60 s for it\.\n$/,
  )
  assert.ok(!waiting.output().includes(new URL(cluster.url).password))
  stopped.signal('SIGTERM')
  assert.equal(await stopped.exited, 0)
  await cluster.start()
  await waiting.listening
  assert.equal((await fetch(`${waiting.url}/health`)).status, 200)
  assert.equal(waiting.output().match(/Waiting up to/g)?.length, 1)
})

test('a start that cannot succeed ends with one line that says why', async () => {
  const wrongPassword = new URL(cluster.url)
  wrongPassword.password = 'not-the-password'
  const noDatabase = new URL(cluster.url)
  noDatabase.pathname = '/nothing-here'
  const [refused, missing, odd] = await Promise.all([
    failure({ DATABASE_URL: wrongPassword.href }),
    failure({ DATABASE_URL: noDatabase.href }),
    failure({ COUNTERSIGN_DATA_DIR: notSqlite() }),
  ])
  assert.match(refused, /^PostgreSQL 28P01: password authentication failed.*\n$/)
  assert.doesNotMatch(refused, /not-the-password/)
  assert.match(missing, /^PostgreSQL 3D000: database "nothing-here" does not exist\n$/)
  assert.match(odd, /^.*file is not a database.*\n$/)
})

test('a start that cannot listen names the setting to change', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  after(() => other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  assert.match(
    await failure({ PORT: String(port) }),
    new RegExp(`^PORT: another program listens on port ${port} of 127\\.0\\.0\\.1 already; .*\n$`, 'm'),
  )
  assert.match(
    await failure({ HOST: '192.0.2.1' }),
    /^HOST: 192\.0\.2\.1 is no address of this machine; .*\n$/m,
  )
})

test('a first start that fails half-way has told the secret of what it made', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-half-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  await (await openDatabase({ kind: 'sqlite', directory })).close()
  const rival = new DatabaseSync(join(directory, 'countersign.db'))
  rival.exec(
    "create trigger no_users before insert on resource when new.kind = 'User' begin select raise(abort, 'not now'); end",
  )
  const generated = {
    COUNTERSIGN_DATA_DIR: directory,
    COUNTERSIGN_ROOT_CLIENT_SECRET: '',
    COUNTERSIGN_ADMIN_PASSWORD: '',
  }
  const said = await failure(generated)
  const secret = /root client +root +secret ([\w-]{43})\n/.exec(said)?.[1] ?? assert.fail(said)
  rival.exec('drop trigger no_users')
  rival.close()
  const server = await startServerProcess({ ...SITE_ENV, ...generated })
  assert.match(server.output(), /administrator +admin +password [\w-]{43}\n/)
  assert.doesNotMatch(server.output(), /root client/)
  const authorization = `Basic ${Buffer.from(`root:${secret}`).toString('base64')}`
  assert.equal((await fetch(`${server.url}/User/admin`, { headers: { authorization } })).status, 200)
})

/** A data directory in which something else has the database's name. */
const notSqlite = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-odd-'))
  after(() => rmSync(directory, { recursive: true, force: true }))
  writeFileSync(
    join(directory, 'countersign.db'),
    'no database, but long enough to be looked at. '.repeat(50),
  )
  return directory
}
