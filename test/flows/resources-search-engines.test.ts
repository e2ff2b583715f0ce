import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabaseConfig } from '../support/databases.ts'
import type { RestApp } from '../support/rest.ts'
import { jsonOf, PUBLIC_URL, startRest } from '../support/rest.ts'

const idsOf = async ({ send }: RestApp, query: string): Promise<string> => {
  const response = await send('GET', `/User?${query}`)
  const bundle = await jsonOf(response)
  assert.equal(response.status, 200, `${query}: ${JSON.stringify(bundle)}`)
  return bundle.entry.map((entry: { resource: { id: string } }) => entry.resource.id).join()
}

const findsAll = async (app: RestApp, found: Readonly<Record<string, string>>): Promise<void> => {
  for (const [query, ids] of Object.entries(found)) assert.equal(await idsOf(app, query), ids, query)
}

forEachDatabaseConfig('a search', (fresh) => {
  const start = async (users: Readonly<Record<string, object>>): Promise<RestApp> => {
    const app = await startRest({ config: await fresh() })
    await app.send('DELETE', '/User/admin')
    for (const [id, user] of Object.entries(users))
      assert.equal((await app.send('PUT', `/User/${id}`, user)).status, 201, id)
    return app
  }

  test('finds letters beyond ASCII as they are stored and in any case', async () => {
    const app = await start({
      a: { userName: 'Ärztin', title: 'ЖУК' },
      b: { userName: 'ärztin', title: 'ß_%' },
    })
    await findsAll(app, {
      'userName=%C3%84rz': 'a,b',
      'userName=%C3%A4RZ': 'a,b',
      'userName:exact=%C3%84rztin': 'a',
      'userName:i=%C3%84RZTIN': 'a,b',
      'userName:i=%C3%84RZ': '',
      'userName:text=RZT': 'a,b',
      'title:contains=%D0%B6%D1%83': 'a',
      'title=%C3%9F_%25': 'b',
    })
  })

  test('compares as numbers, instants and text, and is not stopped by what is none of these', async () => {
    const app = await start({
      a: { data: { n: 9, at: '2026-01-31T10:00:00+02:00', t: 'Zoe' } },
      b: { data: { n: '10', at: '2026-01-31T09:00:00.0005Z', t: 'abe' } },
      c: { data: { n: 'ten', at: '2026-02-30', t: 'Abe' } },
      d: { data: { n: -1.5e3, at: '2026-02-01' } },
      e: { data: { n: { deep: 1 }, at: '31.01.2026' } },
      f: { data: { n: true, at: '0000-01-01' } },
      g: {},
    })
    await findsAll(app, {
      '.data.n::numeric$gt=9': 'b',
      '.data.n::numeric$gte=9': 'a,b',
      '.data.n::integer$lt=10': 'a,d',
      '.data.n::integer$lte=10': 'a,b,d',
      '.data.n::numeric=10.0': 'b',
      '.data.n::numeric$ne=9': 'b,d',
      '.data.n::numeric$lt=-1.4e3': 'd',
      '.data.n::numeric$lt=1e99': 'a,b,d',
      '.data.n$ne=9': 'b,c,d,e,f',
      '.data.at::timestamptz$gt=2026-01-31T08:00:00Z': 'b,d',
      '.data.at::timestamptz$gte=2026-01-31T08:00:00Z': 'a,b,d',
      '.data.at::timestamptz$lt=2026-02-01': 'a,b',
      '.data.at::timestamptz=2026-01-31T10:00:00+02:00': 'a',
      '.data.at::timestamptz=2026-01-31T09:00': 'b',
      '.data.t::text$gt=Abe': 'a,b',
      '.data.t::text$lte=Zoe': 'a,c',
      '.data.n::numeric$gte=9&.data.at::timestamptz$gt=2026-01-31T08:30:00Z': 'b',
    })
  })

  test('needs all parameters, also those sent more than once, and any of the values of one', async () => {
    const app = await start({
      ann: { userName: 'ann', name: { givenName: 'Ann', familyName: 'Smith' } },
      bob: { userName: 'bob', name: { givenName: 'Ann', familyName: 'Jones' } },
      eve: { userName: 'eve', inactive: true },
    })
    await findsAll(app, {
      'name=ann&name=smi': 'ann',
      'name=ann&name=smi,jon': 'ann,bob',
      'userName=ann,eve': 'ann,eve',
      'inactive:i=TRUE': 'eve',
      'inactive:text=ru': 'eve',
      '_lastUpdated=ge2026&_lastUpdated=lt2027': 'ann,bob,eve',
      '_lastUpdated=ge2026&_lastUpdated=lt2026': '',
      '_id=ann,bob&_id=bob,eve': 'bob',
    })
    const { link } = await jsonOf(app.send('GET', '/User?name=ann&name=smi&_count=1'))
    assert.equal(link[0].url, `${PUBLIC_URL}/User?name=ann&name=smi&_count=1&_page=1`)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const posted = await jsonOf(app.send('POST', '/User/_search?name=ann', 'name=jon', form))
    assert.deepEqual(
      posted.entry.map((entry: { resource: { id: string } }) => entry.resource.id),
      ['bob'],
    )
  })

  test('reads a number in a path as the place in an array, and nothing else', async () => {
    const app = await start({
      a: { emails: [{ value: 'x' }, { value: 'y' }], data: { '0': 'zero', '-1': 'minus' } },
    })
    await findsAll(app, {
      '.emails.1.value=y': 'a',
      '.emails.-1.value=y': '',
      '.emails.01.value=y': '',
      '.data.0=zero': '',
      '.data.-1=minus': 'a',
    })
  })

  test('that is too long for a database is refused before it gets there', async () => {
    const { send } = await start({})
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const many = Array.from({ length: 1500 }, (_, n) => `.a${n}=1`).join('&')
    const wide = Array.from({ length: 40 }, () => `name=${'v,'.repeat(99)}v`).join('&')
    for (const body of [`userName=${'x'.repeat(60_000)}`, many, wide])
      assert.equal((await send('POST', '/User/_search', body, form)).status, 400, body.slice(0, 20))
    const most = Array.from({ length: 48 }, (_, n) => `.a.b${n}=1`).join('&')
    const widest = `${most}&name=${'v,'.repeat(99)}v&title=${'%25'.repeat(4000)}`
    assert.equal((await send('POST', '/User/_search', widest, form)).status, 200)
  })
})
