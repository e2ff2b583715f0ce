// The database as a first start leaves it: nobody need compute the same keys and hashes for every app.
import { copyFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** Where the check tells its test files about the file they share: the first who starts an app makes it. */
export const TEST_FIRST_START = 'COUNTERSIGN_TEST_FIRST_START'

let ownFile: string | undefined

/** Puts the kept database there, if one was kept. */
export function copyFirstStart(file: string): void {
  if (existsSync(keptFile())) copyFileSync(keptFile(), file)
}

/** Keeps a copy of the database, unless somebody did. */
export function keepFirstStart(file: string): void {
  if (existsSync(keptFile())) return
  const unfinished = `${keptFile()}.${process.pid}`
  const database = new DatabaseSync(file, { readOnly: true })
  try {
    database.prepare('vacuum into ?').run(unfinished)
  } finally {
    database.close()
  }
  renameSync(unfinished, keptFile())
}

function keptFile(): string {
  const shared = process.env[TEST_FIRST_START]
  if (shared !== undefined) return shared
  if (ownFile === undefined) {
    const directory = mkdtempSync(join(tmpdir(), 'countersign-first-'))
    process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
    ownFile = join(directory, 'countersign.db')
  }
  return ownFile
}
