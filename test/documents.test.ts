// The documentation is held to the tree it speaks of.
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { BUDGETS } from '../src/accounts/throttle-budgets.ts'

const ROOT = dirname(import.meta.dirname)
const DOCUMENTS = globSync(['*.md', 'docs/**/*.md', 'bench/*.md'], { cwd: ROOT })
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** `npm run bench` writes it; it need not be there on a machine that never measured. */
const WRITTEN_BY_BENCH = join('bench', 'RESULTS.md')

/** As GitHub makes them of headings. */
const anchorsOf = (markdown: string): ReadonlySet<string> =>
  new Set(
    [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )

test('every link between documents leads somewhere', () => {
  assert(DOCUMENTS.includes('README.md') && DOCUMENTS.length > 15)
  const broken = DOCUMENTS.flatMap((path) =>
    [...read(path).matchAll(/\]\((?!https?:)([^)\s#]*)(?:#([^)\s]+))?\)/g)]
      .filter(([, target = '', anchor]) => {
        const file = target === '' ? path : join(dirname(path), target)
        if (file === WRITTEN_BY_BENCH) return false
        if (!existsSync(join(ROOT, file))) return true
        return anchor !== undefined && !anchorsOf(read(file)).has(anchor)
      })
      .map(([link]) => `${path} ${link}`),
  )
  assert.deepEqual(broken, [])
})

test('docs/README.md and docs/adr/README.md leave no document out', () => {
  for (const folder of ['docs', 'docs/adr']) {
    const index = read(`${folder}/README.md`)
    const others = globSync('*.md', { cwd: join(ROOT, folder) }).filter((name) => name !== 'README.md')
    assert.deepEqual(
      others.filter((name) => !index.includes(`(${name})`)),
      [],
    )
  }
})

test('docs/map.md answers many questions, each with files that exist', () => {
  const rows = [...read('docs/map.md').matchAll(/^\| (.+\?) \| (.+) \|$/gm)]
  assert(rows.length >= 40)
  for (const [, question = '', files = ''] of rows) {
    const paths = [...files.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path)
    assert(paths.length > 0, question)
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(ROOT, path))),
      [],
      question,
    )
  }
})

test('docs/audit.md tells every event and no other', () => {
  const source = read('src/audit/audit-event.ts')
  const named = [...source.matchAll(/^ {2}\| '([\w-]+)'$/gm)].map(([, name]) => name)
  const [, table = ''] = read('docs/audit.md').split('## Events')
  const told = [...table.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([\w-]+)`/g)].map(([, name]) => name),
  )
  assert(named.length > 10)
  assert.deepEqual(told.toSorted(), named.toSorted())
})

test('docs/concepts.md has the numbers of the budgets', () => {
  const { account, device, deviceInARow, network } = BUDGETS
  const after = [account, device, deviceInARow, network].map(({ blocks }) =>
    blocks.map((block) => block.after),
  )
  assert.deepEqual(after, [[5, 6, 7, 8, 9, 10, 11, 12, 100], [5], [100], [60]])
  const waits = account.blocks.map(({ milliseconds }) =>
    typeof milliseconds === 'number' ? milliseconds / 60_000 : milliseconds,
  )
  assert.deepEqual(waits, [0.5, 1, 2, 4, 8, 16, 32, 60, 'for-ever'])
  const table = read('docs/concepts.md')
  for (const row of [
    '| account and factor | 5 in a row | 30 s, doubled with each further wrong answer: 1, 2, 4, 8, 16, 32 min, at most 1 h |',
    '| account and factor | 100 in a row |',
    '| known browser and factor | 5 in 15 min |',
    '| known browser and factor | 100 in a row |',
    '| network (IPv4 address, IPv6 /64) | 60 in a minute,',
  ])
    assert(table.includes(row), row)
})

test('no document names a machine or a registry', () => {
  const told = DOCUMENTS.filter((path) => /\/(?:home|Users|root|tmp)\/|registry\./.test(read(path)))
  assert.deepEqual(told, [])
})
