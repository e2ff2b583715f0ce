import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPasswordHasher } from '../../src/accounts/password-hasher.node.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { forEachEmptyDatabaseConfig } from '../support/databases.ts'
import type { RestApp } from '../support/rest.ts'
import { basic, jsonOf, startRest } from '../support/rest.ts'
import { ROOT_SECRET } from '../support/test-app.ts'

const GENERATED = { COUNTERSIGN_ROOT_CLIENT_SECRET: '', COUNTERSIGN_ADMIN_PASSWORD: '' }

/** What the operator was told of the accounts that were created. */
const toldOf = ({ said }: RestApp) => {
  const text = said.join('')
  return {
    text,
    rootSecret: /root client +root +secret (.+)/.exec(text)?.[1],
    password: /administrator +admin +password (.+)/.exec(text)?.[1],
  }
}

/** Changes with the secret. */
const rootVersion = async ({ stores }: RestApp) => (await stores.resources.find('Client', 'root'))?.versionId

forEachEmptyDatabaseConfig('the first start', (fresh) => {
  test('generates a root secret and an administrator’s password, once, that work', async () => {
    const config = await fresh()
    const hasher = await openPasswordHasher(systemRandom)
    const app = await startRest({ config, hasher, env: GENERATED })
    const { rootSecret, password } = toldOf(app)
    assert(rootSecret !== undefined && password !== undefined)
    const headers = { authorization: basic('root', rootSecret) }
    assert.equal((await app.request('/User/admin', { headers })).status, 200)
    const hash = (await app.stores.passwords.find('admin'))?.hash ?? ''
    assert(await hasher.verify(hash, password))
    const again = await startRest({ config, env: GENERATED })
    assert.equal(toldOf(again).text, '')
    assert.equal((await again.request('/User/admin', { headers })).status, 200)
    assert.equal((await again.stores.passwords.find('admin'))?.hash, hash)
  })

  test('with a password that is too short makes nothing, and names the setting', async () => {
    const config = await fresh()
    const short = { ...GENERATED, COUNTERSIGN_PASSWORD_MIN_LENGTH: '8', COUNTERSIGN_ADMIN_PASSWORD: 'short' }
    await assert.rejects(
      startRest({ config, env: short }),
      /COUNTERSIGN_ADMIN_PASSWORD: expected at least 8 characters/,
    )
    const told = toldOf(await startRest({ config, env: GENERATED }))
    assert(told.rootSecret !== undefined && told.password !== undefined)
    await startRest({ config, env: short })
  })

  test('of three processes that start at once, one creates each account, and says so', async () => {
    const config = await fresh()
    const apps = await Promise.all([1, 2, 3].map(() => startRest({ config, env: GENERATED })))
    const told = apps.map(toldOf)
    assert.equal(told.filter(({ password }) => password !== undefined).length, 1)
    const [rootSecret, ...more] = told.map((each) => each.rootSecret).filter((secret) => secret !== undefined)
    assert(rootSecret !== undefined)
    assert.equal(more.length, 0)
    const headers = { authorization: basic('root', rootSecret) }
    for (const { request } of apps) assert.equal((await request('/Client/root', { headers })).status, 200)
  })

  test('takes what the environment gives; a changed root secret replaces the stored one, a password does not', async () => {
    const config = await fresh()
    const first = await startRest({ config, env: {} })
    assert.equal(toldOf(first).rootSecret, '(from COUNTERSIGN_ROOT_CLIENT_SECRET)')
    const [version, hash] = [await rootVersion(first), (await first.stores.passwords.find('admin'))?.hash]
    const env = { COUNTERSIGN_ROOT_CLIENT_SECRET: 'rotated', COUNTERSIGN_ADMIN_PASSWORD: 'changed' }
    const second = await startRest({ config, env })
    const replaced = await rootVersion(second)
    assert.notEqual(replaced, version)
    assert.equal((await second.stores.passwords.find('admin'))?.hash, hash)
    const status = async (secret: string) =>
      (await second.request('/User', { headers: { authorization: basic('root', secret) } })).status
    assert.equal(await status('rotated'), 200)
    assert.equal(await status(ROOT_SECRET), 401)
    assert.equal(await rootVersion(await startRest({ config, env })), replaced)
  })

  test('a deleted administrator stays deleted, and an ordinary user of that id gets no rights', async () => {
    const config = await fresh()
    const { send } = await startRest({ config })
    assert.equal((await send('DELETE', '/User/admin')).status, 200)
    assert.equal(toldOf(await startRest({ config, env: { COUNTERSIGN_ADMIN_PASSWORD: '' } })).text, '')
    assert.equal((await send('GET', '/User/admin')).status, 410)
    const written = await jsonOf(send('PUT', '/User/admin', { password: 'ordinary' }))
    const { said, request, signIn } = await startRest({ config })
    assert.equal(said.join(''), '')
    assert.equal((await jsonOf(send('GET', '/User/admin'))).meta.versionId, written.meta.versionId)
    const cookie = await signIn('admin')
    assert.equal((await request('/User', { headers: { cookie } })).status, 403)
  })

  test('two processes that write one resource never mix it, and both get through', async () => {
    const config = await fresh()
    const apps = [await startRest({ config }), await startRest({ config })]
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
