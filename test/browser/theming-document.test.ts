import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ASSETS, STYLESHEET_PATH } from '../../src/html/assets.ts'
import { DEFAULT_THEME } from '../../src/html/theme.ts'
import { gallery } from '../support/page-gallery.ts'

const document = readFileSync(new URL('../../docs/theming.md', import.meta.url), 'utf8')
const styles = Buffer.from(ASSETS.get(STYLESHEET_PATH)?.bytes ?? '').toString()
const matches = (text: string, pattern: RegExp): ReadonlySet<string> =>
  new Set([...text.matchAll(pattern)].map(([, name = '']) => name))

test('the custom properties told to operators are those of the stylesheet', () => {
  const told = matches(document, /`(--cs-[a-z-]+)`/g)
  const declared = new Set([...matches(styles, /(--cs-[a-z-]+):/g)].filter((name) => name !== '--cs-tone'))
  assert.deepEqual(told.difference(declared), new Set())
  assert.deepEqual(declared.difference(told), new Set())
})

test('the class names told to operators are on the pages', async () => {
  const brand = { kind: 'image', url: '/brand.svg' } as const
  const pages = [...gallery({ ...DEFAULT_THEME, brand }).values(), ...gallery(DEFAULT_THEME).values()]
  const markup = (await Promise.all(pages)).join('')
  const used = new Set([...matches(markup, /class="([^"]+)"/g)].flatMap((names) => names.split(' ')))
  const told = matches(document, /`(cs-[a-z-]+)`/g)
  assert.ok(told.size > 20)
  assert.deepEqual(told.difference(used), new Set())
})

test('an asset is found under the SHA-256 of its bytes, so that it may be cached for ever', () => {
  for (const [path, { bytes }] of ASSETS) assert.ok(path.includes(hash('sha256', bytes).slice(0, 16)), path)
})
