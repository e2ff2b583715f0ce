// docs/console.md is held to the console: every page is in it with its pictures, and each curl line works.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { CONSOLE_PICTURES } from '../scripts/pictures/console-pictures.ts'
import { startStoredApp } from './support/stored-app.ts'
import { ROOT_SECRET, startTestServer } from './support/test-app.ts'

const ROOT = dirname(import.meta.dirname)
const DOCUMENT = readFileSync(join(ROOT, 'docs/console.md'), 'utf8')
const PAGES = readFileSync(join(ROOT, 'console/src/pages.ts'), 'utf8')

/** `/console/users/:id` fits `/console/users/ann`, and `/console/users/new` only itself. */
const patterns = [...PAGES.matchAll(/'(\/console[^']*)'/g)].map(([, path = '']) => path)
const patternOf = (address: string): string | undefined => {
  const path = address.split('?')[0] ?? ''
  return patterns.includes(path)
    ? path
    : patterns.find((pattern) => new RegExp(`^${pattern.replaceAll(/:\w+/g, '[^/]+')}$`).test(path))
}

test('every page of the console has a picture, which is kept and shown in its documentation', () => {
  assert.ok(patterns.length >= 18)
  const taken = new Set(CONSOLE_PICTURES.map(({ path }) => patternOf(path)))
  assert.deepEqual(
    patterns.filter((pattern) => !taken.has(pattern)),
    [],
  )
  for (const { name } of CONSOLE_PICTURES) {
    assert.ok(existsSync(join(ROOT, `docs/images/console/${name}.webp`)), `npm run pictures -- ${name}`)
    assert.ok(DOCUMENT.includes(`(images/console/${name}.webp)`), name)
  }
})

test('every address of the console is in its documentation', () => {
  const missing = patterns.filter((pattern) => !DOCUMENT.includes(pattern.replaceAll(/:(\w+)/g, '<$1>')))
  assert.deepEqual(missing, [])
})

test('every curl line of it is answered with success', async () => {
  const app = await startStoredApp({}, startTestServer)
  const { cookie } = await app.signIn('admin')
  const run = promisify(execFile)
  // NOTE: that a Grant is deleted is tested where there is one (test/flows/session-resource.test.ts).
  const lines = [...DOCUMENT.matchAll(/^curl .+$/gm)]
    .map(([line]) => line)
    .filter((line) => !line.includes('DELETE "$S/Grant/'))
  assert.ok(lines.length > 25)
  for (const line of lines) {
    const versionId = (await app.stores.resources.find('User', 'ann'))?.versionId
    const sent = line.replace('<id>', (await app.signIn('admin')).sessionId).replace('"3"', `"${versionId}"`)
    const env = { ...process.env, S: app.url, ROOT_SECRET, SESSION: cookie }
    const { stdout } = await run('sh', ['-c', `${sent} -s -o /dev/null -w '%{http_code}'`], { env })
    assert.match(stdout, /^20[01]$/, line)
  }
})
