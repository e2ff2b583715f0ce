import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'

const ROOT = join(import.meta.dirname, '../..')
const NEEDED = [
  'console',
  'docs/rest-examples.http',
  'package.json',
  'package-lock.json',
  'scripts',
  'src',
  'tsconfig.json',
]
const NOBODY = 65534

const folder = mkdtempSync(join(tmpdir(), 'countersign-places-'))
/** What a URL writes otherwise. */
const place = join(folder, 'ä b%20')

before(() => {
  chmodSync(folder, 0o755)
  const isSource = (path: string): boolean => path !== join(ROOT, 'console/dist')
  for (const name of NEEDED)
    cpSync(join(ROOT, name), join(place, name), { recursive: true, filter: isSource })
  symlinkSync(join(ROOT, 'node_modules'), join(place, 'node_modules'))
})
after(() => rmSync(folder, { recursive: true, force: true }))

interface Built {
  readonly code: number
  readonly told: string
}

const build = async (script: string): Promise<Built> => {
  const words = ['--input-type=module', '--eval', script]
  const child = spawn(process.execPath, words, { cwd: place, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? 1)))
  const [code, out, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  return { code, told: out + errors }
}
const LOAD = `
  import { build } from './scripts/build/made.ts'
  import { SERVER } from './scripts/build/server.ts'`
const SERVER_ALONE = `${LOAD}
  await build(SERVER, true)`
/** For root every folder is its own. */
const AS_SOMEBODY_ELSE = `${LOAD}
  if (process.getuid() === 0) process.setuid(${NOBODY})
  await build(SERVER, true)`
const ALL = "process.argv.push('--if-needed'); await import('./scripts/build.ts')"

test('a start that may not write where the server lies goes on without a build', async () => {
  chmodSync(place, 0o555)
  try {
    const { code, told } = await build(AS_SOMEBODY_ELSE)
    assert.equal(code, 0, told)
    assert.equal(readdirSync(place).includes('dist'), false)
  } finally {
    chmodSync(place, 0o755)
  }
})

test('those who build at once all succeed, and leave one server', async () => {
  const all = await Promise.all(Array.from({ length: 3 }, () => build(SERVER_ALONE)))
  for (const { code, told } of all) assert.equal(code, 0, told)
  assert.deepEqual(readdirSync(join(place, 'dist')), ['server'])
  assert.deepEqual(readdirSync(join(place, 'dist/server')).toSorted(), [
    '.built-from',
    'main.js',
    'main.js.map',
    'sqlite-writer.js',
    'sqlite-writer.js.map',
  ])
})

test('while it is built again the server is there for others to start', async () => {
  let isBuilding = true
  let missed = 0
  const building = build(SERVER_ALONE.replace('true', 'false')).finally(() => {
    isBuilding = false
  })
  while (isBuilding) {
    if (!existsSync(join(place, 'dist/server/main.js'))) missed += 1
    await turn()
  }
  assert.equal((await building).code, 0)
  assert.equal(missed, 0)
})

test('a folder with spaces and letters of all kinds is built in, and again after a change', async () => {
  rmSync(join(place, 'dist'), { recursive: true, force: true })
  const first = await build(ALL)
  assert.equal(first.code, 0, first.told)
  assert.match(first.told, /Building the server.*Building the console/s)
  assert.equal(readdirSync(join(place, 'console/dist')).includes('index.html.br'), true)
  assert.equal((await build(ALL)).told, '')
  appendFileSync(join(place, 'src/main.ts'), '// changed\n')
  assert.match((await build(ALL)).told, /^Building the server …\n$/)
})
