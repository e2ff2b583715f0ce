import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { Made } from './build/made.ts'
import { build } from './build/made.ts'

let directory: string
let times: number
let isGivenUp: boolean

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'countersign-made-'))
  times = 0
  isGivenUp = false
  writeFileSync(join(directory, 'a.txt'), 'one')
})
afterEach(() => rmSync(directory, { recursive: true, force: true }))

const made = (changes: Partial<Made> = {}): Made => ({
  name: 'thing of the test',
  folder: pathToFileURL(join(directory, 'made/')),
  sources: [`${directory}/*.txt`],
  tool: 'rolldown',
  make: async () => {
    times += 1
  },
  doWithout: () => {
    isGivenUp = true
    return undefined
  },
  ...changes,
})

test('what is needed is made once, and again when a source changed, came or went', async () => {
  await build(made(), true)
  await build(made(), true)
  assert.equal(times, 1)
  writeFileSync(join(directory, 'a.txt'), 'two')
  await build(made(), true)
  assert.equal(times, 2)
  writeFileSync(join(directory, 'b.txt'), '')
  await build(made(), true)
  assert.equal(times, 3)
  rmSync(join(directory, 'b.txt'))
  await build(made(), true)
  await build(made(), true)
  assert.equal(times, 4)
})

test('what is asked for is made always', async () => {
  await build(made(), false)
  await build(made(), false)
  assert.equal(times, 2)
})

test('without its tool a start goes on and whoever asks for it is told what to do', async () => {
  const without = made({ tool: 'a-package-that-nobody-installed' })
  await build(without, true)
  assert.equal(isGivenUp, true)
  await assert.rejects(
    build(without, false),
    /a-package-that-nobody-installed.*run npm ci without --omit=dev/,
  )
  assert.equal(times, 0)
})

test('where the folder belongs to somebody else a start goes on, and any other failure ends it', async () => {
  const failing = (error: Error): Made =>
    made({
      make: async () => {
        throw error
      },
    })
  await build(failing(Object.assign(new Error('not yours'), { code: 'EACCES' })), true)
  assert.equal(isGivenUp, true)
  await assert.rejects(build(failing(new Error('a mistake in a source')), true), /a mistake in a source/)
  assert.equal(existsSync(join(directory, 'made/.built-from')), false)
})

test('what was made before is there until the new files are, and what the new ones do not have goes', async () => {
  const files = () => readdirSync(join(directory, 'made'), { recursive: true }).toSorted()
  const making = (names: readonly string[]) =>
    made({
      make: async (unfinished) => {
        mkdirSync(join(unfinished, 'assets'))
        for (const name of names) writeFileSync(join(unfinished, name), name)
        if (times > 0) assert.deepEqual(files(), ['.built-from', 'assets', 'assets/old.js', 'index.html'])
        times += 1
      },
    })
  await build(making(['index.html', 'assets/old.js']), false)
  await build(making(['index.html', 'assets/new.js']), false)
  assert.deepEqual(files(), ['.built-from', 'assets', 'assets/new.js', 'index.html'])
  assert.deepEqual(readdirSync(directory).toSorted(), ['a.txt', 'made'])
})

test('of many builds at once none takes the files of another away', async () => {
  const many = Array.from({ length: 8 }, (_, delay) =>
    made({
      make: async (unfinished) => {
        writeFileSync(join(unfinished, 'index.html'), 'made')
        await new Promise((resolve) => setImmediate(resolve, delay))
        writeFileSync(join(unfinished, 'later.js'), 'made')
      },
    }),
  )
  await Promise.all(many.map((one) => build(one, false)))
  assert.deepEqual(readdirSync(join(directory, 'made')).toSorted(), ['.built-from', 'index.html', 'later.js'])
})
