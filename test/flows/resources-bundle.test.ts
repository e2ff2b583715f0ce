// Bundles: many reads and writes in one request. Of a transaction all or nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { jsonOf, PUBLIC_URL, startRest } from '../support/rest.ts'

const bundle = (type: string, ...entry: readonly JsonObject[]) => ({ resourceType: 'Bundle', type, entry })
const put = (url: string, resource: JsonObject, more = {}): JsonObject => ({
  resource,
  request: { method: 'PUT', url, ...more },
})
const remove = (url: string): JsonObject => ({ request: { method: 'DELETE', url } })
const get = (url: string): JsonObject => ({ request: { method: 'GET', url } })
const statuses = (answer: {
  readonly entry: readonly { readonly response: { readonly status: string } }[]
}) => answer.entry.map(({ response }) => response.status)

forEachDatabaseConfig('a bundle', (fresh) => {
  const start = async () => startRest({ config: await fresh() })

  test('of type transaction does all of it, and answers each in its place', async () => {
    const { send } = await start()
    await send('PUT', '/User/old', { userName: 'ann' })
    const response = await send(
      'POST',
      '/fhir',
      bundle(
        'transaction',
        get('User?userName:exact=ann'),
        {
          fullUrl: 'urn:uuid:1',
          resource: { resourceType: 'User', userName: 'ann', password: 'correct horse' },
          request: { method: 'POST', url: 'User' },
        },
        put('Role/r', { resourceType: 'Role', name: 'doctor', user: { reference: 'urn:uuid:1' } }),
        remove('User/old'),
        remove('User/never'),
        { resource: { title: 'Dr' }, request: { method: 'PATCH', url: '/User/admin' } },
        get('User/admin'),
        get('User/missing'),
      ),
    )
    assert.equal(response.status, 200)
    const answer = await jsonOf(response)
    assert.equal(answer.type, 'transaction-response')
    assert.deepEqual(statuses(answer), ['200', '201', '201', '200', '204', '200', '200', '404'])
    const [found, user, role, , , , admin] = answer.entry
    assert.equal(found.resource.total, 1)
    const { id } = user.resource
    assert.equal(found.resource.entry[0].resource.id, id, 'reads see what the transaction did')
    assert.deepEqual(role.resource.user, { reference: `User/${id}` })
    assert.equal(user.fullUrl, `${PUBLIC_URL}/fhir/User/${id}`)
    assert.match(user.response.location, new RegExp(`/fhir/User/${id}/_history/\\d+$`))
    assert.equal(user.response.etag, `W/"${user.resource.meta.versionId}"`)
    assert.equal(admin.resource.title, 'Dr')
    assert.equal((await send('GET', '/User/old')).status, 410)
  })

  test('of type transaction does nothing where one entry fails, and names it', async () => {
    const { send } = await start()
    await send('PUT', '/User/taken', { userName: 'bob' })
    const good = put('User/a', { userName: 'ann' })
    for (const [bad, status, place] of [
      [put('User/b', { nothing: 1 }), 422, 'Bundle.entry[1].User.nothing'],
      [put('User/b', { userName: 'bob' }), 409, undefined],
      [put('User/taken', {}, { ifMatch: 'W/"1"' }), 412, undefined],
      [{ resource: {}, request: { method: 'PATCH', url: 'User/never' } }, 404, undefined],
      [get('User?foo=1'), 400, 'Bundle.entry[1].foo'],
      [put('User/a', { title: 'twice' }), 400, undefined],
      [put('Patient/a', {}), 400, 'Bundle.entry[1].request.url'],
      [put('User?', {}), 400, 'Bundle.entry[1].request.url'],
      [remove('User'), 400, 'Bundle.entry[1].request.url'],
      [{ request: { method: 'PUT', url: 'User/b' } }, 400, 'Bundle.entry[1].resource'],
      [{ request: { method: 'BREW', url: 'User/b' } }, 400, 'Bundle.entry[1].request.method'],
      [{}, 400, 'Bundle.entry[1].request'],
    ] as const) {
      const response = await send('POST', '/', bundle('transaction', good, bad))
      assert.equal(response.status, status, JSON.stringify(bad))
      const [issue] = (await jsonOf(response)).issue
      if (place !== undefined) assert.deepEqual(issue.expression, [place])
      assert.equal((await send('GET', '/User/a')).status, 404)
    }
  })

  test('of type batch does each by itself', async () => {
    const { send } = await start()
    const answer = await jsonOf(
      send(
        'POST',
        '/',
        bundle(
          'batch',
          put('User/a', { userName: 'ann' }),
          put('User/b', { nothing: 1 }),
          put('User/c', { userName: 'ann' }),
          {
            resource: { userName: 'eve' },
            request: { method: 'POST', url: 'User', ifNoneExist: 'userName=eve' },
          },
          {
            resource: { userName: 'eve' },
            request: { method: 'POST', url: 'User', ifNoneExist: 'userName=eve' },
          },
          get('User/never'),
        ),
      ),
    )
    assert.equal(answer.type, 'batch-response')
    assert.deepEqual(statuses(answer), ['201', '422', '409', '201', '200', '404'])
    assert.deepEqual(answer.entry[1].response.outcome.issue[0].expression, ['User.nothing'])
  })

  test('of type collection, and an array that is put, put each resource by its id', async () => {
    const { send } = await start()
    const users = ['a', 'b'].map((id) => ({ resourceType: 'User', id, title: id }))
    const collected = await send(
      'POST',
      '/',
      bundle('collection', ...users.map((resource) => ({ resource }))),
    )
    assert.deepEqual(statuses(await jsonOf(collected)), ['201', '201'])
    const stored = await send('PUT', '/', [...users, { resourceType: 'User', id: 'c', title: 'c' }])
    assert.equal(stored.status, 200)
    assert.deepEqual(
      (await jsonOf(stored)).map(({ id, title }: JsonObject) => [id, title]),
      [
        ['a', 'a'],
        ['b', 'b'],
        ['c', 'c'],
      ],
    )
    assert.equal((await send('PUT', '/', [{ resourceType: 'User', id: 'd' }, { id: 'e' }])).status, 400)
    assert.equal((await send('GET', '/User/d')).status, 404, 'all or nothing')
    assert.equal((await send('PUT', '/', users[0])).status, 400)
  })

  test('is for who may write alone, and for what is one', async () => {
    const { send, request, signIn } = await start()
    const body = JSON.stringify(bundle('transaction', put('User/a', {})))
    const headers = { 'content-type': 'application/json' }
    const nobody = await request('/', { method: 'POST', headers, body })
    assert.equal(nobody.status, 401)
    assert.equal((await jsonOf(nobody)).resourceType, 'OperationOutcome')
    await send('PUT', '/User/eve', { password: 'correct horse' })
    const cookie = await signIn('eve')
    const own = { ...headers, cookie, 'sec-fetch-site': 'same-origin' }
    assert.equal((await request('/', { method: 'POST', headers: own, body })).status, 403)
    const administrator = await signIn('admin')
    const foreign = { ...headers, cookie: administrator, 'sec-fetch-site': 'cross-site' }
    assert.equal((await request('/', { method: 'POST', headers: foreign, body })).status, 403)
    assert.equal((await send('GET', '/User/a')).status, 404)
    for (const bad of [
      {},
      [],
      bundle('searchset'),
      { ...bundle('batch'), entry: {} },
      { resourceType: 'User' },
    ])
      assert.equal((await send('POST', '/', bad)).status, 400, JSON.stringify(bad))
    const many = bundle('batch', ...Array.from({ length: 501 }, () => get('User/admin')))
    assert.equal((await send('POST', '/', many)).status, 400)
  })

  test('at once with others loses nothing', async () => {
    const { send } = await start()
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        send(
          'POST',
          '/',
          bundle('transaction', put('User/a', { title: `${n}` }), put('User/b', { title: `${n}` })),
        ),
      ),
    )
    assert(answers.every(({ status }) => status === 200))
    const [a, b] = await Promise.all(['a', 'b'].map((id) => jsonOf(send('GET', `/User/${id}`))))
    assert.equal(a.title, b.title)
    assert.equal((await jsonOf(send('GET', '/User/a/_history'))).total, 10)
  })
})
