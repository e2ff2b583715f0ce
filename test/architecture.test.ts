// Keeps the shape of the tree. The rules are data in architecture/rules.ts; here each one is seen to bite.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { findViolations } from './architecture/find-violations.ts'

const ROOT = dirname(import.meta.dirname)
const FILES = '{src,test,bench,scripts,examples}/**/*.{ts,mjs,js,css,html}'

test('the tree keeps every rule of the architecture', () => {
  const paths = globSync(FILES, { cwd: ROOT, exclude: ['**/node_modules/**'] })
  const tree = new Map(
    paths.map((path) => [path.replaceAll('\\', '/'), readFileSync(join(ROOT, path), 'utf8')]),
  )
  assert.ok(tree.has('test/architecture.test.ts'))
  const found = findViolations(tree).map(({ rule, path, detail }) => `${path} ${detail} [${rule}]`)
  assert.deepEqual(found, [])
})

const PLANTED: readonly (readonly [rule: string, tree: Readonly<Record<string, string>>])[] = [
  ['every file belongs to a slice', { 'src/helpers/pad.ts': 'export const pad = 1' }],
  ['every file belongs to a slice', { 'src/helpers.ts': 'export const pad = 1' }],
  ['slices import only downwards', { 'src/kernel/clock.ts': "import type { Db } from '../db/database.ts'" }],
  ['slices import only downwards', { 'src/clients/client.ts': "import { ask } from '../sign-in/ask.ts'" }],
  ['slices import only downwards', { 'src/clients/client.ts': "const app = await import('../app.ts')" }],
  [
    'slices import only downwards',
    { 'src/clients/client.ts': "export { a } from '../../test/a.ts'\nexport const b = 1" },
  ],
  ['slices import only downwards', { 'src/db/a.ts': "new URL('../sign-in/worker.ts', import.meta.url)" }],
  [
    'slices on one level do not know each other',
    { 'src/clients/a.ts': "import type {\n B,\n} from '../accounts/b.ts'" },
  ],
  ['slices on one level do not know each other', { 'src/db/a.ts': "import '../config/config.ts'" }],
  ['a suffix keeps its layer', { 'src/clients/client.ts': "import type { Context } from 'hono'" }],
  ['a suffix keeps its layer', { 'src/clients/client.ts': "import { html } from 'hono/html'" }],
  ['a suffix keeps its layer', { 'src/clients/client.ts': "import { sql } from 'kysely'" }],
  ['a suffix keeps its layer', { 'src/clients/client.ts': "import { hash } from 'node:crypto'" }],
  ['a suffix keeps its layer', { 'src/clients/client.ts': 'export const pid = () => process.pid' }],
  ['a suffix keeps its layer', { 'src/clients/client.store.ts': "import { find } from './client.ts'" }],
  ['a suffix keeps its layer', { 'src/clients/client.sql.ts': "import { page } from './client.page.ts'\n" }],
  ['a suffix keeps its layer', { 'src/clients/client.node.ts': "import { Pool } from 'pg'" }],
  ['a suffix keeps its layer', { 'src/clients/client.routes.ts': "import { sql } from 'kysely'" }],
  [
    'a suffix keeps its layer',
    { 'src/clients/client.page.ts': "import type { S } from './client.store.ts'" },
  ],
  ['a suffix keeps its layer', { 'src/clients/client.resource.ts': "import { Hono } from 'hono'" }],
  ['a suffix keeps its layer', { 'src/clients/client.helper.ts': 'export const a = 1' }],
  ['a suffix keeps its layer', { 'src/kernel/clock.ts': "import { Hono } from 'hono'" }],
  ['a suffix keeps its layer', { 'src/http/csrf.ts': "import { sql } from 'kysely'" }],
  ['a suffix keeps its layer', { 'src/audit/audit-event.ts': "import { Hono } from 'hono'" }],
  ['a suffix keeps its layer', { 'src/outbound/fetch.ts': "import { isIP } from 'node:net'" }],
  ['slices import only downwards', { 'src/outbound/a.ts': "import type { A } from '../clients/a.ts'" }],
  ['a suffix keeps its layer', { 'src/resources/search.ts': "import { sql } from 'kysely'" }],
  [
    'no cycles',
    {
      'src/clients/a.ts': "import type { B } from './b.ts'\nexport type A = B",
      'src/clients/b.ts': "import type { C } from './c.ts'\nexport type B = C",
      'src/clients/c.ts': "import type { A } from './a.ts'\nexport type C = A",
    },
  ],
  ['no file is over 300 lines', { 'src/html/assets/page.css': 'a {}\n'.repeat(301) }],
  ['no barrel files', { 'src/clients/all.ts': "export { a } from './a.ts'\nexport * from './b.ts'" }],
  ['no barrel files', { 'src/clients/index.ts': 'export const a = 1' }],
  ['no default exports', { 'src/clients/a.ts': 'export default function a() {}' }],
  ['no default exports', { 'src/clients/a.ts': 'const a = 1\nexport { a as default }' }],
  ['only the composition root imports SQL adapters', { 'src/db/a.ts': "import { a } from './a.sql.ts'" }],
  [
    'only the composition root imports SQL adapters',
    { 'src/oauth/token.sql.ts': "import { a } from '../accounts/account.sql.ts'" },
  ],
  ['only config and main read the environment', { 'src/db/a.ts': 'export const a = process.env.HOME' }],
  ['only the kernel reads clock and randomness', { 'src/clients/a.ts': 'export const a = () => Date.now()' }],
  ['only the kernel reads clock and randomness', { 'src/clients/a.ts': 'export const a = () => new Date()' }],
  [
    'only the kernel reads clock and randomness',
    { 'src/clients/a.ts': 'export const a = () => Math.random()' },
  ],
  ['only the kernel reads clock and randomness', { 'src/db/a.ts': 'export const a = () => randomBytes(2)' }],
  ['headers are set by putHeader and addCookie', { 'src/http/a.ts': "c.header('ETag', tag)" }],
  ['one place issues', { 'src/oauth/a.ts': 'export const a = (t, x) => t.addTokensStep(x)' }],
  ['one place issues', { 'src/oauth/a.ts': 'export const a = (t, x) => t.redeemCodeStep(x)' }],
  ['one place issues', { 'src/oauth/token/a.ts': 'export const a = (t, x) => t.addCodeStep(x)' }],
  ['one place issues', { 'src/sign-in/a.ts': 'export const a = (s, x) => s.openStep(x)' }],
  ['one place issues', { 'src/oauth/a.ts': 'export const a = (m, s) => m.makeIdToken(s, {})' }],
  ['one place issues', { 'src/oauth/a.ts': 'export const a = (x) => x as FinishedSignIn' }],
  ['one place issues', { 'src/oauth/a.sql.ts': "export const a = (sql) => sql.insertInto('session')" }],
  [
    'what runs is what one reads',
    { 'src/http/a.ts': 'export const a = (b) => {\n  decodeURIComponent(b)\n  return true\n}' },
  ],
  ['a TODO names its issue', { 'src/clients/a.ts': `// TO${'DO'}: later\nexport const a = 1` }],
  ['no path of one machine', { 'scripts/a.ts': `export const a = '/home${'/me/a'}'` }],
]

for (const [rule, tree] of PLANTED) {
  const [path = '', source = ''] = Object.entries(tree)[0] ?? []
  test(`${rule}: bites on ${path} with ${source.slice(0, 60).replaceAll('\n', ' ')}`, () => {
    const found = findViolations(new Map(Object.entries(tree)))
    assert.deepEqual([...new Set(found.map((violation) => violation.rule))], [rule])
  })
}

test('what the architecture allows is not a violation', () => {
  const tree = {
    'src/main.ts':
      "import { app } from './app.ts'\nimport { s } from './clients/client.sql.ts'\nexport const e = process.env",
    'src/app-console.ts': "import { routes } from './console/console.routes.ts'",
    'src/config/config.ts': 'export const readConfig = () => process.env',
    'src/kernel/clock.ts': "import { hash } from 'node:crypto'\nexport const now = () => new Date()",
    'src/clients/client.sql.ts':
      "import { sql } from 'kysely'\nimport { c } from './columns.sql.ts'\nimport type { S } from './client.store.ts'",
    'src/clients/client.store.ts': "import type { WriteStep } from '../kernel/transact.ts'",
    'src/clients/client.page.ts': "import { html } from 'hono/html'",
    'src/http/a.ts': "export const a = (c) => c.req.header('accept')",
    'src/clients/client.test.ts': "import { sql } from './client.sql.ts'\nconst now = Date.now()",
    'src/oauth/token/a.ts':
      "import { b } from '../b.ts'\n// Date.now() in words\nexport const a = new Date(4)",
    'src/oauth/b.ts': `// TO${'DO'}(#7): more\nexport const b = 1`,
  }
  assert.deepEqual(findViolations(new Map(Object.entries(tree))), [])
})
