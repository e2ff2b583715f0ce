import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase } from '../support/databases.ts'
import { basic, startResourceApp } from '../support/resource-app.ts'

const GENERATED = { COUNTERSIGN_ROOT_CLIENT_SECRET: '', COUNTERSIGN_ADMIN_PASSWORD: '' }

forEachDatabase('the first start', (open) => {
  test('generates a root secret and an administrator’s password, once, that work', async () => {
    const database = await open()
    const { firstStart, request, stores, hasher } = await startResourceApp({ database, env: GENERATED })
    const { rootClient, administrator } = firstStart
    assert(rootClient.kind === 'created' && rootClient.generatedSecret !== undefined)
    assert(administrator.kind === 'created' && administrator.generatedSecret !== undefined)
    const headers = { authorization: basic('root', rootClient.generatedSecret) }
    assert.equal((await request('/User/admin', { headers })).status, 200)
    const hash = (await stores.passwords.findHash('admin')) ?? ''
    assert(await hasher.verify(hash, administrator.generatedSecret))
    const again = await startResourceApp({ database, env: GENERATED })
    assert.deepEqual(again.firstStart.rootClient, { kind: 'kept', id: 'root' })
    assert.deepEqual(again.firstStart.administrator, { kind: 'kept', id: 'admin' })
  })

  test('of three processes that start at once, one creates each account, and says so', async () => {
    const database = await open()
    const apps = await Promise.all([1, 2, 3].map(() => startResourceApp({ database, env: GENERATED })))
    const created = apps
      .flatMap(({ firstStart }) => [firstStart.rootClient, firstStart.administrator])
      .filter(({ kind }) => kind === 'created')
      .map(({ id }) => id)
    assert.deepEqual(created.toSorted(), ['admin', 'root'])
    const [root] = apps
      .map(({ firstStart }) => firstStart.rootClient)
      .filter(({ kind }) => kind === 'created')
    assert(root?.kind === 'created')
    const headers = { authorization: basic('root', root.generatedSecret ?? '') }
    for (const { request } of apps) assert.equal((await request('/Client/root', { headers })).status, 200)
  })

  test('takes what the environment gives; a changed root secret replaces the stored one, a password does not', async () => {
    const database = await open()
    const first = await startResourceApp({ database })
    assert.deepEqual(first.firstStart.rootClient, { kind: 'created', id: 'root', generatedSecret: undefined })
    const env = { COUNTERSIGN_ROOT_CLIENT_SECRET: 'rotated', COUNTERSIGN_ADMIN_PASSWORD: 'changed' }
    const second = await startResourceApp({ database, env })
    assert.equal(second.firstStart.rootClient.kind, 'secret-replaced')
    assert.equal(second.firstStart.administrator.kind, 'kept')
    const status = async (secret: string) =>
      (await second.request('/User', { headers: { authorization: basic('root', secret) } })).status
    assert.equal(await status('rotated'), 200)
    assert.equal(await status('root-secret'), 401)
    assert.equal((await startResourceApp({ database, env })).firstStart.rootClient.kind, 'kept')
  })

  test('a deleted administrator stays deleted, and an ordinary user of that id gets no rights', async () => {
    const database = await open()
    const { send } = await startResourceApp({ database })
    assert.equal((await send('DELETE', '/User/admin')).status, 200)
    const env = { COUNTERSIGN_ADMIN_PASSWORD: '' }
    assert.equal((await startResourceApp({ database, env })).firstStart.administrator.kind, 'kept')
    assert.equal((await send('GET', '/User/admin')).status, 410)
    await send('PUT', '/User/admin', { password: 'ordinary' })
    const { firstStart, request, signIn } = await startResourceApp({ database })
    assert.equal(firstStart.administrator.kind, 'kept')
    const cookie = await signIn('admin')
    assert.equal((await request('/User', { headers: { cookie } })).status, 403)
  })

  test('two processes that write one resource never mix it, and both get through', async () => {
    const database = await open()
    const apps = [await startResourceApp({ database }), await startResourceApp({ database })]
    const statuses = await Promise.all(
      Array.from({ length: 24 }, async (_, n) => {
        const body = { title: `t${n}`, division: `t${n}` }
        return (await apps[n % 2]?.send('PUT', '/User/shared', body))?.status
      }),
    )
    assert.deepEqual([...new Set(statuses)].toSorted(), [200, 201])
    assert.equal(statuses.filter((status) => status === 201).length, 1)
  })
})
