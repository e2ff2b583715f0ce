import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RestApp } from '../support/rest.ts'
import { jsonOf, PUBLIC_URL, startRest } from '../support/rest.ts'

const startWithPeople = async () => {
  const app = await startRest()
  await app.send('DELETE', '/User/admin')
  await app.send('PUT', '/User/ann', {
    userName: 'ann',
    email: 'Ann@example.org',
    name: { givenName: 'Ann', familyName: 'Smith' },
    identifier: [{ system: 'urn:hr', value: '42' }],
    organization: { reference: 'Organization/o1' },
    data: { a: { b: ['x', 'y'] } },
  })
  app.clock.advance(1000)
  await app.send('PUT', '/User/bob', {
    userName: 'bobby',
    email: 'bob@example.org',
    inactive: true,
    name: { givenName: 'Bob', familyName: 'Annan' },
    identifier: [{ value: '7' }],
    password: 'secret of ann',
  })
  app.clock.advance(1000)
  await app.send('PUT', '/User/eve', { gender: 'female', phoneNumber: '+49 100', title: '100% real' })
  return app
}

const idsOf = async ({ send }: RestApp, query: string): Promise<string> => {
  const response = await send('GET', `/User?${query}`)
  const bundle = await jsonOf(response)
  assert.equal(response.status, 200, `${query}: ${JSON.stringify(bundle)}`)
  return bundle.entry.map((entry: { resource: { id: string } }) => entry.resource.id).join()
}

test('users are found by every listed parameter, with its modifiers', async () => {
  const app = await startWithPeople()
  const found: Readonly<Record<string, string>> = {
    '': 'ann,bob,eve',
    'userName=AN': 'ann',
    'userName:exact=ann': 'ann',
    'userName:exact=ANN': '',
    'userName:contains=obb': 'bob',
    'userName:ends=bby': 'bob',
    'userName:missing=true': 'eve',
    'userName=ann,bob': 'ann,bob',
    'name=ann': 'ann,bob',
    'email=ann@': 'ann',
    'email-token=bob@example.org': 'bob',
    'identifier=42': 'ann',
    'identifier=urn:hr|42': 'ann',
    'identifier=urn:hr|': 'ann',
    'identifier=|7': 'bob',
    'identifier=|42': '',
    'identifier:missing=true': 'eve',
    'scim-v2-fields=bob': 'bob',
    'scim-v2-fields=42': 'ann',
    'inactive=true': 'bob',
    'inactive:not=true': 'ann,eve',
    'gender=fem': 'eve',
    'phoneNumber=%2B49': 'eve',
    'title=100%25': 'eve',
    'title:contains=%25': 'eve',
    'title=1000': '',
    'organization=Organization/o1': 'ann',
    'organization=o1': 'ann',
    'organization=Organization/o2': '',
    '_id=eve,ann': 'ann,eve',
    '_lastUpdated=ge2026-01-01T00:00:01Z': 'bob,eve',
    '_lastUpdated=2026-01-01T00:00:01': 'bob',
    '_lastUpdated=lt2026-01-01T00:00:01Z': 'ann',
    '_lastUpdated=gt2026': '',
    '_lastUpdated=ne2026-01': '',
    '.name.familyName=Annan': 'bob',
    '.name.familyName$contains=MIT': 'ann',
    '.data.a.b.1=y': 'ann',
    '.identifier.0.value=7': 'bob',
    '.inactive=true': 'bob',
    '.email$isnull=true': 'eve',
    '.id=ann': 'ann',
    '.constructor=x': '',
    'userName=ann&inactive=true': '',
  }
  for (const [query, ids] of Object.entries(found)) assert.equal(await idsOf(app, query), ids, query)
})

test('results are sorted, paged, counted and cut down as asked', async () => {
  const app = await startWithPeople()
  assert.equal(await idsOf(app, '_sort=-_lastUpdated'), 'eve,bob,ann')
  assert.equal(await idsOf(app, '_sort=.name.familyName'), 'bob,ann,eve')
  assert.equal(await idsOf(app, '_sort=-userName,_id'), 'bob,ann,eve')
  assert.equal(await idsOf(app, '_count=2&_page=2'), 'eve')
  const bundle = await jsonOf(app.send('GET', '/fhir/User?_count=1&_page=2&_elements=userName&name=ann'))
  assert.deepEqual([bundle.resourceType, bundle.type, bundle.total], ['Bundle', 'searchset', 2])
  const [entry] = bundle.entry
  assert.deepEqual(Object.keys(entry.resource).toSorted(), ['id', 'meta', 'resourceType', 'userName'])
  assert.equal(entry.fullUrl, `${PUBLIC_URL}/fhir/User/bob`)
  assert.equal(entry.search.mode, 'match')
  const links = bundle.link.map(({ relation, url }: { relation: string; url: string }) => [relation, url])
  const url = (page: number) => `${PUBLIC_URL}/fhir/User?_count=1&_page=${page}&_elements=userName&name=ann`
  assert.deepEqual(links, [
    ['first', url(1)],
    ['self', url(2)],
    ['previous', url(1)],
    ['last', url(2)],
  ])
  const without = await jsonOf(app.send('GET', '/User?_elements=-name,-email&_id=ann'))
  assert.equal(without.entry[0].resource.name, undefined)
  assert.equal(without.entry[0].resource.userName, 'ann')
  assert.equal((await jsonOf(app.send('GET', '/User?_total=none'))).total, undefined)
  const counted = await jsonOf(app.send('GET', '/User?_count=0'))
  assert.deepEqual([counted.total, counted.entry], [3, []])
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const posted = await jsonOf(app.send('POST', '/User/_search', 'userName=bobby', form))
  assert.equal(posted.entry[0].resource.id, 'bob')
})

test('what a search cannot do it says, by name, instead of answering something else', async () => {
  const { send } = await startWithPeople()
  const faults: Readonly<Record<string, string>> = {
    'foo=1': 'foo',
    'password=secret': 'password',
    '.password=secret': '.password',
    '.password$contains=sec': '.password$contains',
    '.twoFactor.enabled=true': '.twoFactor.enabled',
    '_sort=.password': '_sort',
    '_sort=foo': '_sort',
    '_count=-1': '_count',
    '_count=x': '_count',
    '_page=0': '_page',
    '_total=maybe': '_total',
    '_include=*': '_include',
    'userName:near=x': 'userName:near',
    'inactive:exact=true': 'inactive:exact',
    'userName:missing=perhaps': 'userName:missing',
    'userName=': 'userName',
    '_lastUpdated=yesterday': '_lastUpdated',
    '.a..b=1': '.a..b',
    '.a$gt=1': '.a$gt',
    '.a::int$gt=1': '.a::int$gt',
    '.=1': '.',
    '_sort=_id&_sort=-_id': '_sort',
    '.a::numeric$gt=x': '.a::numeric$gt',
    '.a::integer=1.5': '.a::integer',
    '.a::timestamptz$lt=2026-02-30': '.a::timestamptz$lt',
    '.id$contains=a': '.id$contains',
    '.meta.versionId=1': '.meta.versionId',
    '_sort=.a::numeric': '_sort',
    '_lastUpdated=2026-02-30': '_lastUpdated',
    'constructor=1': 'constructor',
    '__proto__=1': '__proto__',
  }
  for (const [query, name] of Object.entries(faults)) {
    const response = await send('GET', `/User?${query}`)
    assert.equal(response.status, 400, query)
    assert.deepEqual((await jsonOf(response)).issue[0].expression, [name])
  }
  assert.equal((await send('GET', '/User?.a"b=1')).status, 400)
  assert.equal((await send('GET', `/User?${'.a'.repeat(40)}=1`)).status, 400)
  assert.equal((await send('GET', `/User?_id=${'a,'.repeat(200)}`)).status, 400)
  assert.equal((await send('GET', "/User?.a'b)%20or%201=1")).status, 200)
})

test('history pages, and starts where it is told to', async () => {
  const { send } = await startWithPeople()
  await send('PUT', '/User/ann', { title: 'new' })
  const all = await jsonOf(send('GET', '/User/_history?_count=2'))
  assert.equal(all.entry.length, 2)
  assert.equal(all.entry[0].resource.title, 'new')
  assert(all.link.some(({ relation }: { relation: string }) => relation === 'next'))
  const since = await jsonOf(send('GET', '/User/_history?_since=2026-01-01T00:00:02Z'))
  assert.deepEqual(
    since.entry.map((entry: { fullUrl: string }) => entry.fullUrl.split('/').at(-1)),
    ['ann', 'eve'],
  )
  const versionsOf = async (query: string) =>
    (await jsonOf(send('GET', `/User/ann/_history?${query}`))).entry.map(
      (entry: { resource: { meta: { versionId: string } } }) => entry.resource.meta.versionId,
    )
  const [last, first] = await versionsOf('')
  assert.deepEqual(await versionsOf(`_txid=${first}`), [first])
  assert.deepEqual(await versionsOf('_txid=999'), [])
  assert.deepEqual(await versionsOf('_at=2025'), [], 'before there was one')
  assert.deepEqual(await versionsOf('_at=2026-01-01T00:00:01Z'), [first], 'what was current then')
  assert.deepEqual(await versionsOf('_at=2026-01-01'), [last, first], 'at some time of that day')
  assert.deepEqual(await versionsOf('_at=2027'), [last])
  for (const bad of ['_at=yesterday', '_txid=x'])
    assert.equal((await send('GET', `/User/ann/_history?${bad}`)).status, 400, bad)
  assert.equal((await send('GET', '/User/never/_history')).status, 404)
  assert.equal((await send('GET', '/User/ann/_history?foo=1')).status, 400)
  assert.equal((await send('GET', '/User/ann/_history/0')).status, 404)
})
