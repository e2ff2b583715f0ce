// COUNTERSIGN_INIT_BUNDLE: resources that are there before anybody is served.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { loadConfig } from '../../src/config/config.ts'
import { jsonOf } from '../support/rest.ts'
import { startTestApp } from '../support/test-app.ts'

const production = readFileSync(new URL('../../docs/production.md', import.meta.url), 'utf8')
const documented = /```yaml\n(resourceType: Bundle\n[\s\S]*?)```/.exec(production)?.[1] ?? ''

describe('the bundle of the start', () => {
  const directory = mkdtempSync(join(tmpdir(), 'init-bundle-'))
  after(() => rmSync(directory, { recursive: true }))
  let files = 0
  const fileOf = (content: string | object): string => {
    const path = join(directory, `bundle-${++files}`)
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  const start = (location: string, data?: string) =>
    startTestApp({
      env: { COUNTERSIGN_INIT_BUNDLE: location },
      ...(data === undefined ? {} : { directory: data }),
    })
  const put = (url: string, resource: object) => ({ request: { method: 'PUT', url }, resource })
  const bundle = (type: string, ...entry: readonly object[]) => ({ resourceType: 'Bundle', type, entry })

  test('is applied as the documentation writes it, and makes no new version at the next start', async () => {
    const data = join(directory, 'data')
    const first = await start(fileOf(documented), data)
    assert.equal((await jsonOf(first.rest('GET', '/AuthConfig/main'))).theme.title, 'Example')
    assert.equal((await jsonOf(first.rest('GET', '/Scope?.scope=orders.read'))).total, 1)
    await first.stop()
    const second = await start(pathToFileURL(fileOf(documented)).href, data)
    assert.equal((await jsonOf(second.rest('GET', '/AuthConfig/_history'))).total, 1)
    assert.equal((await jsonOf(second.rest('GET', '/Scope/_history'))).total, 1)
  })

  test('ends the start where its transaction fails, naming the entry', async () => {
    const bad = bundle('transaction', put('User/a', {}), put('User/b', { nothing: 1 }))
    await assert.rejects(
      start(fileOf(bad)),
      /^Error: COUNTERSIGN_INIT_BUNDLE: Bundle\.entry\[1\]\.User\.nothing: unknown attribute/,
    )
    for (const nonsense of ['{"resourceType":', '[]', 'resourceType: User'])
      await assert.rejects(start(fileOf(nonsense)), /^Error: COUNTERSIGN_INIT_BUNDLE: /, nonsense)
  })

  test('of a batch logs what failed, and does the rest', async () => {
    const app = await start(
      fileOf(bundle('batch', put('User/a', { nothing: 1 }), put('User/b', { password: 'correct horse' }))),
    )
    assert.equal((await app.rest('GET', '/User/b')).status, 200)
    const failed = app.log.filter(({ message }) => message.includes('COUNTERSIGN_INIT_BUNDLE'))
    assert.deepEqual(
      failed.map(({ level, fields }) => [level, fields.entry, fields.status]),
      [['error', 0, '422']],
    )
  })

  test('that cannot be read is a fault of the configuration', () => {
    assert.throws(
      () => loadConfig({ COUNTERSIGN_INIT_BUNDLE: join(directory, 'missing') }),
      /COUNTERSIGN_INIT_BUNDLE: expected the path of a file that can be read \(ENOENT\)/,
    )
  })
})
