import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import type { Database } from '../../src/db/database.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import { Problem } from '../../src/kernel/problem.ts'
import { findOnPath } from '../support/tools.ts'

const FULL_DISK_WRITER = fileURLToPath(new URL('../support/full-disk-writer.ts', import.meta.url))

const parent = mkdtempSync(join(tmpdir(), 'countersign-faults-'))
after(() => rmSync(parent, { recursive: true, force: true }))

const write = (database: Database, name: string, scope = 'x') =>
  database.transact([
    database.step(
      database.sql
        .insertInto('consent_grant')
        .values({ user_id: name, client_id: 'app', scope, created_at: 1, updated_at: 1 }),
    ),
  ])

const namesOf = async (database: Database): Promise<readonly string[]> => {
  const rows = await database.all(
    database.sql.selectFrom('consent_grant').select('user_id').orderBy('user_id'),
  )
  return rows.map((row) => row.user_id)
}

const isUnavailable = (error: unknown): boolean => {
  assert(error instanceof Problem && error.details.kind === 'unavailable', String(error))
  assert.doesNotMatch(error.message, /sqlite|insert|countersign-faults/i)
  return true
}

/** Opens a database and hands out the writer threads it starts, which only the process itself can see. */
const openWithThreads = async (directory: string) => {
  const threads: Worker[] = []
  const remember = (thread: Worker) => threads.push(thread)
  process.on('worker', remember)
  const database = await openDatabase({ kind: 'sqlite', directory })
  await write(database, 'before')
  return { database, threads, close: () => database.close().finally(() => process.off('worker', remember)) }
}

describe('the embedded database', () => {
  test('keeps nothing of a statement whose answer cannot be read', async () => {
    const { database, close } = await openWithThreads(join(parent, 'unreadable'))
    const { sql, step } = database
    await database.transact([step(sql.insertInto('counter').values({ name: 'n', value: 2 ** 53 - 1 }))])
    const add = sql
      .updateTable('counter')
      .set((row) => ({ value: row('value', '+', 2) }))
      .where('name', '=', 'n')
      .returning('value')
    const [failed] = await Promise.allSettled([database.transact([step(add)]), write(database, 'neighbour')])
    assert.equal(failed.status, 'rejected')
    const kept = await database.first(sql.selectFrom('counter').select('value').where('name', '=', 'n'))
    assert.equal(kept?.value, 2 ** 53 - 1)
    assert((await namesOf(database)).includes('neighbour'))
    await close()
  })

  test('starts its writer again when it died, and fails what it had not answered', async () => {
    const { database, threads, close } = await openWithThreads(join(parent, 'dead'))
    const lost = write(database, 'lost')
    const [thread] = threads
    await Promise.all([assert.rejects(lost, isUnavailable), thread?.terminate()])
    await write(database, 'after')
    assert((await namesOf(database)).includes('after'))
    await close()
  })

  test('is unavailable for writes while its files are out of reach, and recovers by itself', async () => {
    const directory = join(parent, 'away')
    const { database, threads, close } = await openWithThreads(directory)
    const [thread] = threads
    await thread?.terminate()
    renameSync(directory, `${directory}-for-a-while`)
    await assert.rejects(write(database, 'lost'), isUnavailable)
    renameSync(`${directory}-for-a-while`, directory)
    await write(database, 'after')
    assert.deepEqual(await namesOf(database), ['after', 'before'])
    await close()
  })

  test('gives up on a lock that another process holds, serves reads meanwhile, and recovers', async () => {
    const directory = join(parent, 'locked')
    const database = await openDatabase({ kind: 'sqlite', directory })
    const rival = new DatabaseSync(join(directory, 'countersign.db'))
    rival.exec('begin immediate')
    const refused = assert.rejects(write(database, 'lost'), isUnavailable)
    assert.deepEqual(await namesOf(database), [])
    await refused
    rival.exec('rollback')
    rival.close()
    await write(database, 'after')
    assert.deepEqual(await namesOf(database), ['after'])
    await database.close()
  })

  const prlimit = findOnPath('prlimit')
  test('is unavailable for writes on a full disk, serves reads, and recovers when there is room', {
    skip: prlimit === undefined && 'needs prlimit of util-linux to bound the size of files',
  }, async () => {
    const child = spawn(process.execPath, [FULL_DISK_WRITER, join(parent, 'full')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    const limit = async (size: string) => {
      const limiter = spawn(prlimit ?? '', ['--pid', String(child.pid), `--fsize=${size}:unlimited`])
      await once(limiter, 'exit')
      child.stdin.write('go\n')
    }
    const lines: string[] = []
    child.stdout.setEncoding('utf8').on('data', (line: string) => {
      lines.push(line.trim())
      if (line.startsWith('opened')) void limit('300000')
      if (line.startsWith('full')) void limit('unlimited')
    })
    await once(child, 'exit')
    assert.deepEqual(lines, ['opened', 'full unavailable true', 'recovered true'])
  })
})
