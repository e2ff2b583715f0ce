import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { openSqliteForReading, openSqliteForWriting } from './sqlite-connection.ts'
import type { Snapshot } from './sqlite-snapshot.ts'
import { createSnapshot } from './sqlite-snapshot.ts'

let folder: string
let writer: DatabaseSync
let reader: DatabaseSync
let snapshot: Snapshot
let turnNow: number

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-snapshot-'))
  writer = openSqliteForWriting(join(folder, 'a.db'))
  writer.exec('create table t (n integer)')
  reader = openSqliteForReading(join(folder, 'a.db'))
  turnNow = 1
  snapshot = createSnapshot(reader, () => turnNow)
})
afterEach(() => {
  for (const connection of [reader, writer]) if (connection.isOpen) connection.close()
  rmSync(folder, { recursive: true, force: true })
})

const write = (): void => writer.exec('insert into t values (1)')
const count = (): unknown => {
  snapshot.enter()
  return reader.prepare('select count(*) as n from t').get()?.n
}

test('the reads of one turn see the same, those of the next what was written meanwhile', async () => {
  assert.equal(count(), 0)
  write()
  assert.equal(count(), 0)
  await turn()
  assert.equal(count(), 1)
})

test('who was told of a write sees it, in the same turn', async () => {
  assert.equal(count(), 0)
  write()
  snapshot.leave()
  assert.equal(count(), 1)
  write()
  await turn()
  assert.equal(count(), 2)
})

test('who asks over a socket sees what was written before, also while a view of a timer is open', async (t) => {
  snapshot = createSnapshot(reader)
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const asking = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [asked] = (await once(server, 'connection')) as [Socket]
  t.after(() => {
    for (const socket of [asking, asked]) socket.destroy()
    server.close()
  })
  const seen = new Promise((resolve) => asked.once('data', () => resolve(count())))
  setTimeout(() => {
    count()
    write()
    asking.write('?')
  })
  assert.equal(await seen, 1)
})

test('a view that a timer opened ends with the next turn, and one turn in eight has none', () => {
  assert.equal(count(), 0)
  write()
  turnNow = 2
  assert.equal(count(), 1)
  turnNow = 8
  count()
  assert.equal(reader.isTransaction, false)
  write()
  assert.equal(count(), 2)
})

test('a view that was left and entered again ends with its turn, too', async () => {
  count()
  snapshot.leave()
  count()
  await turn()
  assert.equal(reader.isTransaction, false)
})

test('nothing is held open when nobody reads, so that the log can be emptied', async () => {
  count()
  write()
  await turn()
  const [checkpoint] = writer.prepare('pragma wal_checkpoint(truncate)').all()
  assert.equal(checkpoint?.busy, 0)
})

test('a connection that is closed within a turn ends it quietly', async () => {
  count()
  reader.close()
  await turn()
  snapshot.leave()
})

test('a statement that fails leaves reads possible', async () => {
  snapshot.enter()
  assert.throws(() => reader.exec('insert into t values (2)'), /readonly/)
  assert.equal(count(), 0)
  await turn()
  write()
  assert.equal(count(), 1)
})
