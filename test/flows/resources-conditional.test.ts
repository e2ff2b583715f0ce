import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { jsonOf, PUBLIC_URL, startRest } from '../support/rest.ts'

forEachDatabaseConfig('a conditional write', (fresh) => {
  /** Several processes on one database, as far as the database can tell. */
  const start = async (count: number) => {
    const config = await fresh()
    const apps = []
    for (let n = 0; n < count; n++) apps.push(await startRest({ config }))
    return apps
  }
  const startOne = async () => {
    const [app] = await start(1)
    assert(app !== undefined)
    return app
  }

  test('creates where nothing fits, and leaves what fits as it is', async () => {
    const { send } = await startOne()
    const onlyOnce = { 'if-none-exist': 'userName:exact=ann' }
    const created = await send('POST', '/User', { id: 'a', userName: 'ann' }, onlyOnce)
    assert.equal(created.status, 201)
    const again = await send('POST', '/User', { id: 'b', userName: 'ann', title: 'new' }, onlyOnce)
    assert.equal(again.status, 200)
    assert.equal(again.headers.get('etag'), created.headers.get('etag'))
    assert.equal(again.headers.get('location'), null)
    const found = await jsonOf(again)
    assert.deepEqual([found.id, found.title], ['a', undefined])
    const byQuery = await send('POST', '/fhir/User?userName:exact=ann', { userName: 'ann' })
    assert.equal((await jsonOf(byQuery)).id, 'a')
    const url = { 'if-none-exist': `${PUBLIC_URL}/User?userName:exact=eve` }
    assert.equal((await send('POST', '/User', { id: 'a', userName: 'eve' }, url)).status, 409)
    assert.equal((await send('POST', '/User', { userName: 'eve' }, url)).status, 201)
    assert.equal((await jsonOf(send('GET', '/User/_history'))).total, 3, 'the administrator, ann and eve')
  })

  test('knows a deleted one as none: If-Match fits it no more, If-None-Match: * creates it anew', async () => {
    const { send } = await startOne()
    const created = await send('PUT', '/User/a', { title: 'Dr' })
    const deleted = await send('DELETE', '/User/a')
    for (const tag of ['*', created.headers.get('etag') ?? '', deleted.headers.get('etag') ?? ''])
      assert.equal((await send('PUT', '/User/a', {}, { 'if-match': tag })).status, 412, tag)
    assert.equal((await send('PUT', '/User/a', {}, { 'if-none-match': '*' })).status, 201)
  })

  test('updates the one that fits, creates where none does, and refuses to choose', async () => {
    const { send } = await startOne()
    const path = '/User?identifier=urn:hr|7'
    const identifier = [{ system: 'urn:hr', value: '7' }]
    const created = await send('PUT', path, { id: 'a', identifier })
    assert.equal(created.status, 201)
    assert.match(created.headers.get('location') ?? '', /\/User\/a\/_history\/\d+$/)
    const updated = await send('PUT', path, { identifier, title: 'Dr' })
    assert.equal(updated.status, 200)
    assert.deepEqual(await jsonOf(updated).then(({ id, title }) => ({ id, title })), { id: 'a', title: 'Dr' })
    const same = await send('PUT', path, { identifier, title: 'Dr' })
    assert.equal(same.headers.get('etag'), updated.headers.get('etag'), 'nothing changed')
    assert.equal(
      (await send('PUT', path, { id: 'b', identifier })).status,
      400,
      'another id than the one found',
    )
    assert.equal((await send('PUT', path, {}, { 'if-match': 'W/"0"' })).status, 412)
    assert.equal(
      (await send('PUT', '/User?title=none', { id: 'a' })).status,
      409,
      'a fits nothing and is in the way',
    )
    await send('PUT', '/User/b', { identifier })
    for (const [method, status] of [
      ['PUT', 412],
      ['POST', 412],
    ] as const)
      assert.equal((await send(method, path, { identifier })).status, status)
    await send('DELETE', '/User/b')
    const moved = await send('PUT', path, { title: 'no longer fits' })
    assert.equal(moved.status, 200)
    assert.equal((await send('PUT', path, { identifier })).status, 201, 'a new one')
  })

  test('patches the one that fits, and creates nothing', async () => {
    const { send } = await startOne()
    await send('PUT', '/User/a', { title: 'Dr', userName: 'ann' })
    await send('PUT', '/User/b', { title: 'Dr' })
    const patched = await send('PATCH', '/User?userName:exact=ann', { department: 'x' })
    assert.equal(patched.status, 200)
    const { id, department, title } = await jsonOf(patched)
    assert.deepEqual([id, department, title], ['a', 'x', 'Dr'])
    const operations = [{ op: 'replace', path: '/department', value: 'y' }]
    assert.equal((await jsonOf(send('PATCH', '/fhir/User?.department=x', operations))).department, 'y')
    assert.equal((await send('PATCH', '/User?title=Dr', { department: 'x' })).status, 412)
    assert.equal((await send('PATCH', '/User?title=none', { department: 'x' })).status, 404)
    const old = { 'if-match': 'W/"1"' }
    assert.equal((await send('PATCH', '/User?userName:exact=ann', { department: 'x' }, old)).status, 412)
    assert.equal((await jsonOf(send('GET', '/User?.department=y'))).total, 1)
  })

  test('deletes the one that fits; several only when all are meant', async () => {
    const { send } = await startOne()
    for (const id of ['a', 'b', 'c']) await send('PUT', `/User/${id}`, { title: 'Dr', userName: id })
    assert.equal((await send('DELETE', '/User?title=none')).status, 204)
    const deleted = await send('DELETE', '/User?userName:exact=a')
    assert.equal(deleted.status, 200)
    assert.equal((await jsonOf(deleted)).id, 'a')
    assert.equal((await send('GET', '/User/a')).status, 410)
    assert.equal((await send('DELETE', '/User?title=Dr')).status, 412)
    assert.equal((await jsonOf(send('GET', '/User?title=Dr'))).total, 2)
    const all = { 'x-conditional-delete': 'remove-all' }
    assert.equal((await send('DELETE', '/User?title=Dr', undefined, all)).status, 204)
    assert.equal((await jsonOf(send('GET', '/User?title=Dr'))).total, 0)
    assert.equal((await send('GET', '/User/admin')).status, 200)
  })

  test('never becomes an unconditional one', async () => {
    const { send } = await startOne()
    await send('PUT', '/User/a', { title: 'x' })
    const bad: readonly (readonly [string, string, Record<string, string>?])[] = [
      ['PUT', '/User'],
      ['PUT', '/User?_count=1'],
      ['PATCH', '/User'],
      ['PATCH', '/User?_count=1'],
      ['DELETE', '/User'],
      ['DELETE', '/User?_count=1'],
      ['DELETE', '/User?foo=x'],
      ['DELETE', '/User?title=x', { 'x-conditional-delete': 'everything' }],
      ['PUT', '/User?title=x&_sort=title'],
      ['PUT', '/User?foo=x'],
      ['PUT', '/User?title='],
      ['PUT', '/User/a?title=x'],
      ['PATCH', '/User/a?title=x'],
      ['DELETE', '/User/a?title=x'],
      ['POST', '/User', { 'if-none-exist': '' }],
      ['POST', '/User', { 'if-none-exist': 'foo=1' }],
      ['POST', '/User?title=x', { 'if-none-exist': 'title=x' }],
      ['PUT', '/User/a', { 'if-none-exist': 'title=x' }],
      ['PUT', '/User/a', { 'if-match': '' }],
      ['PUT', '/User/a', { 'if-unmodified-since': 'Thu, 01 Jan 1970 00:00:00 GMT' }],
    ]
    for (const [method, path, headers] of bad)
      assert.equal((await send(method, path, {}, headers)).status, 400, `${method} ${path}`)
    assert.equal((await jsonOf(send('GET', '/User/a'))).title, 'x')
  })

  test('creates one of forty equal ones at once, through four processes', async () => {
    const apps = await start(4)
    const writes = Array.from({ length: 40 }, (_, n) =>
      apps[n % 4]?.send('POST', '/Client?.name=app', { name: 'app', description: `of ${n}` }),
    )
    const statuses = (await Promise.all(writes)).map((response) => response?.status)
    assert.deepEqual(statuses.toSorted(), [...Array.from({ length: 39 }, () => 200), 201])
    const puts = await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        apps[n % 4]?.send('PUT', '/Client?.name=tool', { name: 'tool', description: `of ${n}` }),
      ),
    )
    assert.equal(puts.filter((response) => response?.status === 201).length, 1)
    assert(puts.every((response) => response?.status === 200 || response?.status === 201))
    const found = await jsonOf(apps[0]?.send('GET', '/Client?.name=tool') ?? assert.fail())
    assert.equal(found.total, 1)
  })
})
