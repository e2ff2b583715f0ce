import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
    mkdirSync(join(directory, 'made'), { recursive: true })
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
