import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/db/database.ts'
import type { JsonObject } from '../../src/kernel/json.ts'
import { DuplicateKeyError } from '../../src/kernel/transact.ts'
import { createResourceStore } from '../../src/resources/resource.sql.ts'
import type { ResourceWrite } from '../../src/resources/resource.store.ts'
import type { LookupKey } from '../../src/resources/resource-kind.ts'
import type { SearchCondition, SearchQuery } from '../../src/resources/search-query.ts'
import { forEachDatabase } from '../support/databases.ts'

const AT = new Date('2026-01-31T10:00:00Z')

const writer = (database: Database) => {
  const store = createResourceStore(database)
  const write = async (id: string, body: JsonObject, options: Partial<ResourceWrite> = {}) => {
    const { steps, versionStep } = store.writeSteps({
      type: 'Thing',
      id,
      body,
      method: 'PUT',
      at: AT,
      createdAt: AT,
      replaces: undefined,
      keys: [],
      ...options,
    })
    const outcome = await database.transact(steps)
    return outcome.kind === 'refused' ? 'refused' : Number(outcome.results[versionStep]?.rows[0]?.version_id)
  }
  const search = async (conditions: readonly SearchCondition[], options: Partial<SearchQuery> = {}) => {
    const query = { conditions, sort: [], limit: 100, offset: 0, wantsTotal: true, ...options }
    const page = await store.search('Thing', query)
    return page.resources.map(({ id }) => id)
  }
  return { store, write, search }
}

const unique = (value: string): LookupKey => ({ name: 'name', value, isUnique: true })

const text = (
  path: readonly string[],
  value: string,
  match: 'equals' | 'starts' | 'ends' | 'contains' = 'equals',
) =>
  ({ kind: 'text', target: { paths: [path], keys: [] }, match, values: [value], isNegated: false }) as const

forEachDatabase('the resource store', (open) => {
  test('keeps a document, its versions and its deletion', async () => {
    const { store, write } = writer(await open())
    const first = await write('a', { n: 1 })
    assert(typeof first === 'number')
    const second = await write('a', { n: 2 }, { replaces: first, at: new Date(AT.getTime() + 1000) })
    assert(typeof second === 'number' && second > first)
    const found = await store.find('Thing', 'a')
    assert.deepEqual(found, {
      type: 'Thing',
      id: 'a',
      versionId: second,
      createdAt: AT,
      updatedAt: new Date(AT.getTime() + 1000),
      body: { n: 2 },
      isDeleted: false,
    })
    assert.deepEqual((await store.findVersion('Thing', 'a', first))?.body, { n: 1 })
    const third = await write('a', { n: 2 }, { replaces: second, method: 'DELETE' })
    assert.equal((await store.find('Thing', 'a'))?.isDeleted, true)
    const { total, versions } = await store.history('Thing', 'a', { limit: 2, offset: 0 })
    assert.equal(total, 3)
    assert.deepEqual(
      versions.map(({ versionId, method }) => [versionId, method]),
      [
        [third, 'DELETE'],
        [second, 'PUT'],
      ],
    )
    assert.equal(await store.find('Other', 'a'), undefined)
  })

  test('tells which version was current when', async () => {
    const { store, write } = writer(await open())
    const later = new Date(AT.getTime() + 1000)
    const first = await write('a', { n: 1 })
    assert(typeof first === 'number')
    const second = await write('a', { n: 2 }, { replaces: first, at: later })
    const other = await write('b', { n: 3 }, { at: later })
    const currentAt = async (from: number, until: number) =>
      (
        await store.history('Thing', undefined, { limit: 9, offset: 0, during: { from, until } })
      ).versions.map(({ versionId }) => versionId)
    const [begin, change] = [AT.getTime(), later.getTime()]
    assert.deepEqual(await currentAt(begin - 1, begin), [])
    assert.deepEqual(await currentAt(begin, begin + 1), [first])
    assert.deepEqual(await currentAt(change, change + 1), [other, second])
    assert.deepEqual(await currentAt(change - 1, change + 1), [other, second, first])
  })

  test('refuses a write that replaces another version than the current one, and leaves no trace of it', async () => {
    const { store, write } = writer(await open())
    const first = await write('a', { n: 1 })
    assert(typeof first === 'number')
    assert.equal(await write('a', { n: 2 }, { replaces: first - 1 }), 'refused')
    await assert.rejects(write('a', { n: 3 }), DuplicateKeyError)
    assert.equal((await store.history('Thing', undefined, { limit: 9, offset: 0 })).total, 1)
  })

  test('lets one of 50 concurrent replacements of a version through', async () => {
    const { store, write } = writer(await open())
    const first = await write('a', { n: 0 })
    assert(typeof first === 'number')
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, n) => write('a', { n }, { replaces: first })),
    )
    assert.equal(outcomes.filter((outcome) => outcome !== 'refused').length, 1)
    assert.equal((await store.history('Thing', 'a', { limit: 9, offset: 0 })).total, 2)
  })

  test('gives a unique key to one resource, and frees it when that one changes or goes', async () => {
    const { write } = writer(await open())
    const first = await write('a', {}, { keys: [unique('x'), unique('x'), unique('y')] })
    assert(typeof first === 'number')
    await assert.rejects(write('b', {}, { keys: [unique('x')] }), (error: unknown) => {
      assert(error instanceof DuplicateKeyError)
      assert.match(error.constraint, /^resource_key/)
      return true
    })
    const second = await write('a', {}, { keys: [unique('y')], replaces: first })
    assert(typeof second === 'number')
    await write('b', {}, { keys: [unique('x')] })
    await write('a', {}, { method: 'DELETE', replaces: second })
    await write('c', {}, { keys: [unique('y')] })
  })

  test('searches texts, lookup keys, references, absence, ids and instants', async () => {
    const { write, search } = writer(await open())
    await write('a', { name: { family: 'Smith_1%' }, on: true, tags: ['red', 'blue'], n: 3 })
    const keys = [{ name: 'code', value: 'K1', isUnique: false }]
    await write('b', { name: { family: 'smithy' }, owner: { resourceType: 'User', id: 'u' } }, { keys })
    const gone = await write('c', { name: { family: 'Smith' } })
    assert(typeof gone === 'number')
    await write('c', {}, { method: 'DELETE', replaces: gone })

    assert.deepEqual(await search([text(['name', 'family'], 'SMITH', 'starts')]), ['a', 'b'])
    assert.deepEqual(await search([text(['name', 'family'], '_1%', 'ends')]), ['a'])
    assert.deepEqual(await search([text(['name', 'family'], '%', 'contains')]), ['a'])
    assert.deepEqual(await search([text(['on'], 'true')]), ['a'])
    assert.deepEqual(await search([text(['n'], '3')]), ['a'])
    assert.deepEqual(await search([text(['tags', '1'], 'blue')]), ['a'])
    assert.deepEqual(await search([text(['tags'], 'RED', 'contains')]), ['a'])
    assert.deepEqual(await search([{ ...text(['on'], 'true'), isNegated: true }]), ['b'])
    assert.deepEqual(await search([{ ...text([], 'K1'), target: { paths: [], keys: ['code'] } }]), ['b'])
    const missing = { kind: 'missing', target: { paths: [['owner']], keys: [] } } as const
    assert.deepEqual(await search([{ ...missing, isMissing: true }]), ['a'])
    assert.deepEqual(await search([{ ...missing, isMissing: false }]), ['b'])
    const owner = { kind: 'reference', paths: [['owner']], isNegated: false } as const
    assert.deepEqual(await search([{ ...owner, values: [{ kind: 'local', type: 'User', id: 'u' }] }]), ['b'])
    assert.deepEqual(await search([{ ...owner, values: [{ kind: 'local', type: 'Client', id: 'u' }] }]), [])
    assert.deepEqual(await search([{ kind: 'id', ids: ['b', 'c', 'z'] }]), ['b'])
    const at = AT.getTime()
    assert.deepEqual(await search([{ kind: 'updated', from: at, until: at + 1, isNegated: true }]), [])
    assert.deepEqual(await search([{ kind: 'updated', from: at, isNegated: false }]), ['a', 'b'])
  })

  test('sorts alike on both engines: bytes count, what is missing comes last, pages do not overlap', async () => {
    const { store, write, search } = writer(await open())
    for (const [id, name] of [
      ['a', 'b'],
      ['b', 'B'],
      ['c', 'a'],
    ] as const)
      await write(id, { name })
    await write('d', {})
    const byName = (isDescending: boolean) =>
      ({ sort: [{ by: { kind: 'path', path: ['name'] }, isDescending }] }) as const
    assert.deepEqual(await search([], byName(false)), ['b', 'c', 'a', 'd'])
    assert.deepEqual(await search([], byName(true)), ['a', 'c', 'b', 'd'])
    const updated = [{ by: { kind: 'updated' }, isDescending: true }] as const
    assert.deepEqual(await search([], { sort: updated, limit: 2, offset: 1 }), ['c', 'b'])
    const counted = { conditions: [], sort: [], limit: 0, offset: 0 }
    assert.equal((await store.search('Thing', { ...counted, wantsTotal: true })).total, 4)
    assert.equal((await store.search('Thing', { ...counted, wantsTotal: false })).total, undefined)
  })
})
