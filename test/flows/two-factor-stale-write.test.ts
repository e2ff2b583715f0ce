import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { startStoredApp } from '../support/stored-app.ts'
import { enrol } from '../support/two-factor-account.ts'

forEachDatabaseConfig('a User that was read before its second factor changed', (fresh) => {
  const setUp = async () => {
    const app = await startStoredApp({ config: await fresh() })
    const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    // As it is for somebody who switched it off once: reads show `enabled: false`.
    await app.rest('PUT', '/User/ann', {
      password: 'password',
      twoFactor: { enabled: true, secretKey: KEY },
    })
    await app.rest('PATCH', '/User/ann', { twoFactor: { enabled: false } })
    const read = async () => {
      const answer = await app.rest('GET', '/User/ann')
      return { etag: answer.headers.get('etag') ?? '', user: (await answer.json()) as JsonObject }
    }
    const stale = await read()
    assert.deepEqual(stale.user.twoFactor, { enabled: false })
    return { app, read, stale }
  }
  const isEnabled = async ({ read }: Awaited<ReturnType<typeof setUp>>) =>
    ((await read()).user.twoFactor as JsonObject).enabled

  test('cannot switch it off with If-Match, since enabling made a new version', async () => {
    const given = await setUp()
    const { app, stale } = given
    await enrol(app, 'ann')
    const { meta: _meta, ...typed } = stale.user
    for (const body of [stale.user, typed])
      assert.equal(
        (await app.rest('PUT', '/User/ann', { ...body, title: 'Dr' }, { 'if-match': stale.etag })).status,
        412,
      )
    assert.equal(await isEnabled(given), true)
  })

  test('cannot switch it off by what it says of itself, alone, found by criteria or in a Bundle', async () => {
    const given = await setUp()
    const { app, stale } = given
    await enrol(app, 'ann')
    const body = { ...stale.user, title: 'Dr' }
    const refused = await app.rest('PUT', '/User/ann', body)
    assert.equal(refused.status, 412)
    assert.match(await refused.text(), /would switch off the second factor; read it again/)
    assert.equal((await app.rest('PUT', '/User?_id=ann', body)).status, 412)
    const entry = [{ resource: body, request: { method: 'PUT', url: 'User/ann' } }]
    assert.equal(
      (await app.rest('POST', '/', { resourceType: 'Bundle', type: 'transaction', entry })).status,
      412,
    )
    assert.equal((await app.rest('PUT', '/', [body])).status, 412)
    assert.equal((await app.rest('PATCH', '/User/ann', body)).status, 412)
    assert.equal((await app.rest('PATCH', '/User?_id=ann', body)).status, 412)
    assert.equal(await isEnabled(given), true)
  })

  test('changes all else, where it leaves twoFactor out', async () => {
    const given = await setUp()
    const { app, stale } = given
    await enrol(app, 'ann')
    const { twoFactor: _twoFactor, ...others } = stale.user
    assert.equal((await app.rest('PUT', '/User/ann', { ...others, title: 'Dr' })).status, 200)
    assert.equal(await isEnabled(given), true)
    assert.equal((await given.read()).user.title, 'Dr')
  })

  test('is told from one read after, which switches it off, as do words that claim no version', async () => {
    for (const write of [
      async ({ app, read }: Awaited<ReturnType<typeof setUp>>) => {
        const { etag, user } = await read()
        return app.rest('PUT', '/User/ann', { ...user, twoFactor: { enabled: false } }, { 'if-match': etag })
      },
      async ({ app }: Awaited<ReturnType<typeof setUp>>) =>
        app.rest('PUT', '/User/ann', { twoFactor: { enabled: false } }),
      async ({ app }: Awaited<ReturnType<typeof setUp>>) =>
        app.rest('PATCH', '/User/ann', { twoFactor: null }),
    ]) {
      const given = await setUp()
      await enrol(given.app, 'ann')
      assert.equal(await isEnabled(given), true)
      assert.equal((await write(given)).status, 200)
      assert.equal(await isEnabled(given), false)
    }
  })

  test('has another tag than after every change of the second factor, and its history goes on', async () => {
    const { app, read, stale } = await setUp()
    await enrol(app, 'ann')
    const enabled = await read()
    assert.notEqual(enabled.etag, stale.etag)
    assert.equal(
      (await app.rest('POST', '/User/ann/$reset-two-factor', { reason: 'lost' })).headers.get('etag') ===
        enabled.etag,
      false,
    )
    const reset = await read()
    assert.notEqual(reset.etag, enabled.etag)
    const history = (await (await app.rest('GET', '/User/ann/_history')).json()) as {
      entry: { resource: { meta: { versionId: string } } }[]
    }
    const versions = history.entry.map(({ resource }) => `W/"${resource.meta.versionId}"`)
    assert.deepEqual(versions.slice(0, 3), [reset.etag, enabled.etag, stale.etag])
  })
})
