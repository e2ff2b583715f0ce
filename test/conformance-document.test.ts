// docs/conformance.md is held to the tests it names.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { CERTIFICATION_MODULES, UNCOVERED_MODULES } from './support/certification-modules.ts'

const ROOT = dirname(import.meta.dirname)
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')
const DOCUMENT = read('docs/conformance.md')
const ROWS = [...DOCUMENT.matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)].map(([, name = '', rest = '']) => ({
  name,
  rest,
  files: [...rest.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file = '']) => file),
}))

/** Modules that a title begins with: `name, name: what holds`; one that begins with a dash goes on after the plan's name. */
const modulesTested = (file: string): ReadonlySet<string> =>
  new Set(
    [...read(`test/conformance/${file}`).matchAll(/\btest\(\s*['`](oidcc-[^:]+):/g)].flatMap(
      ([, names = '']) =>
        names.split(', ').map((name) => (name.startsWith('-') ? `oidcc-rp-initiated-logout${name}` : name)),
    ),
  )

test('docs/conformance.md names a test for every module of every plan, and the test begins with its name', () => {
  const modules = Object.values(CERTIFICATION_MODULES).flat()
  assert.deepEqual(
    modules.filter((module) => !ROWS.some(({ name }) => name === module)),
    [],
  )
  for (const { name, files } of ROWS.filter((row) => modules.includes(row.name))) {
    assert(files.length > 0, name)
    for (const file of files) assert(modulesTested(file).has(name), `${file} has no test of ${name}`)
  }
  for (const plan of Object.keys(CERTIFICATION_MODULES)) assert(DOCUMENT.includes(`\`${plan}\``), plan)
})

test('docs/conformance.md says why a module has no test', () => {
  for (const module of UNCOVERED_MODULES) {
    const row = ROWS.find(({ name }) => name === module)
    assert(row !== undefined && row.files.length === 0 && row.rest.length > 20, module)
  }
})

test('docs/conformance.md leaves no file of test/conformance out and names none that is not there', () => {
  const files = globSync('*.test.ts', { cwd: join(ROOT, 'test/conformance') })
  assert.deepEqual(
    files.filter((file) => !DOCUMENT.includes(`\`${file}\``)),
    [],
  )
  const named = [...DOCUMENT.matchAll(/`([\w.-]+\.test\.ts)`/g)].map(([, file = '']) => file)
  assert.deepEqual(
    named.filter((file) => !existsSync(join(ROOT, 'test/conformance', file))),
    [],
  )
})
