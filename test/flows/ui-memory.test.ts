// What the console keeps for who uses it: requests that were sent, and requests with a name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { jsonOf, PUBLIC_URL, startRest } from '../support/rest.ts'
import { SEED_USER } from '../support/seed.ts'

interface Found {
  readonly resource: {
    readonly id: string
    readonly command: string
    readonly user?: { readonly id: string }
  }
}

forEachDatabaseConfig('What the console keeps', (fresh) => {
  const start = async () => {
    const app = await startRest({ config: await fresh() })
    for (const id of ['ann', 'bob']) await app.addUser({ id })
    await app.database.transact([app.stores.fullAccess.grantStep({ kind: 'User', id: 'ann' })])
    /** As a page of the console does it. */
    const browserOf = async (userId: string) => {
      const cookie = await app.signIn(userId)
      return (method: string, path: string, body?: unknown) =>
        app.request(path, {
          method,
          headers: { cookie, origin: PUBLIC_URL, 'content-type': 'application/json' },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        })
    }
    const search = async (query: string): Promise<readonly Found['resource'][]> => {
      const { entry } = await jsonOf(app.send('GET', `/ui_history?${query}`))
      return (entry as readonly Found[]).map(({ resource }) => resource)
    }
    const rowsOf = async (table: 'resource' | 'resource_history' | 'resource_key') =>
      (await app.database.all(app.database.sql.selectFrom(table).selectAll().where('kind', 'like', 'ui_%')))
        .length
    return { app, browserOf, search, rowsOf }
  }
  const sent = (command: string) => ({ type: 'http', command })

  test('belongs to who made it, whatever is said, and is found newest first', async () => {
    const { app, browserOf, search } = await start()
    const [admin, ann] = [await browserOf('admin'), await browserOf('ann')]
    for (const command of ['GET /User', 'GET /Client'])
      assert.equal((await admin('POST', '/ui_history', sent(command))).status, 201)
    const user = { resourceType: 'User', id: 'admin' }
    const made = await jsonOf(ann('POST', '/ui_history', { ...sent('GET /Role'), user }))
    assert.equal(made.user.id, 'ann')
    const own = await search('.type=http&user=admin&_sort=-_lastUpdated&_count=100')
    assert.deepEqual(
      own.map(({ command }) => command),
      ['GET /Client', 'GET /User'],
    )
    assert.equal((await search('type=http')).length, 3)
    assert.equal((await jsonOf(app.send('POST', '/ui_history', sent('GET /User')))).user, undefined)
    assert.equal((await jsonOf(admin('PUT', `/ui_history/${made.id}`, sent('GET /x')))).user.id, 'ann')
  })

  test('cannot be read or written by who is no administrator', async () => {
    const { browserOf } = await start()
    const { id } = await jsonOf((await browserOf('admin'))('POST', '/ui_history', sent('GET /User')))
    const bob = await browserOf('bob')
    for (const [method, path, body] of [
      ['GET', '/ui_history'],
      ['GET', `/ui_history/${id}`],
      ['DELETE', `/ui_history/${id}`],
      ['POST', '/ui_snippet', { title: 'x', command: 'GET /User' }],
    ] as const)
      assert.equal((await bob(method, path, body)).status, 403, `${method} ${path}`)
  })

  test('holds no secret, in no version and in no row', async () => {
    const { app, browserOf } = await start()
    const admin = await browserOf('admin')
    const command = `PUT /User/my-user\nAuthorization: Basic hidden-one\n${SEED_USER.replace('password: password', 'password: hidden-two')}`
    const kept = await jsonOf(admin('POST', '/ui_history', sent(command)))
    assert.equal(kept.command, `PUT /User/my-user\nAuthorization: ***\n\nid: my-user\npassword: "***"\n`)
    const snippet = { title: 'Sign in', command: 'POST /auth/token\n\npassword=hidden-three' }
    assert.equal((await admin('PUT', '/ui_snippet/x', snippet)).status, 201)
    assert.equal((await admin('PUT', '/ui_snippet/x', { ...snippet, title: 'Other' })).status, 200)
    for (const table of ['resource', 'resource_history', 'audit_event'] as const) {
      const rows = await app.database.all(app.database.sql.selectFrom(table).selectAll())
      assert.doesNotMatch(JSON.stringify(rows), /hidden/, table)
    }
  })

  test('is the newest 200 of each user; what is older leaves no trace', async () => {
    const { browserOf, search, rowsOf } = await start()
    const [admin, ann] = [await browserOf('admin'), await browserOf('ann')]
    assert.equal((await ann('POST', '/ui_history', sent('GET /Role'))).status, 201)
    for (let number = 1; number <= 203; number += 1)
      assert.equal((await admin('POST', '/ui_history', sent(`GET /User/${number}`))).status, 201)
    const own = await search('user=admin&_sort=_lastUpdated&_count=1000')
    assert.deepEqual(
      [own.length, own[0]?.command, own.at(-1)?.command],
      [200, 'GET /User/4', 'GET /User/203'],
    )
    for (const table of ['resource', 'resource_history', 'resource_key'] as const)
      assert.equal(await rowsOf(table), 201, table)
  })

  test('is forgotten with its versions when it is deleted, and with the user', async () => {
    const { app, browserOf, rowsOf } = await start()
    const [admin, ann] = [await browserOf('admin'), await browserOf('ann')]
    const snippet = { title: 'All', collection: 'mine', command: 'GET /User' }
    assert.equal((await admin('PUT', '/ui_snippet/x', snippet)).status, 201)
    assert.equal((await admin('PUT', '/ui_snippet/x', { ...snippet, command: 'GET /Role' })).status, 200)
    assert.equal(await rowsOf('resource_history'), 1)
    assert.equal((await admin('DELETE', '/ui_snippet/x')).status, 200)
    assert.equal((await admin('GET', '/ui_snippet/x')).status, 404)
    assert.equal(await rowsOf('resource_history'), 0)
    assert.equal((await ann('POST', '/ui_history', sent('GET /Role'))).status, 201)
    assert.equal((await app.send('DELETE', '/User/ann')).status, 200)
    for (const table of ['resource', 'resource_history', 'resource_key'] as const)
      assert.equal(await rowsOf(table), 0, table)
  })

  test('is bounded, and is no matter for the audit log', async () => {
    const { app, browserOf } = await start()
    const admin = await browserOf('admin')
    const events = async () =>
      (await app.database.all(app.database.sql.selectFrom('audit_event').selectAll())).length
    const before = await events()
    assert.equal((await admin('POST', '/ui_history', sent('x'.repeat(65_536)))).status, 201)
    assert.equal(await events(), before)
    for (const [path, body] of [
      ['/ui_history', sent('é'.repeat(32_769))],
      ['/ui_history', { type: 'sql', command: 'select 1' }],
      ['/ui_history', { ...sent('GET /User'), own: 1 }],
      ['/ui_snippet', { command: 'GET /User' }],
      ['/ui_snippet', { title: 'x'.repeat(201), command: 'GET /User' }],
    ] as const)
      assert.equal((await admin('POST', path, body)).status, 422, path)
  })
})
