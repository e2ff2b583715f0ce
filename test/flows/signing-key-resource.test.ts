import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { signedInBrowser } from '../support/oauth-client.ts'
import type { StoredApp, StoredAppOptions } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const ROTATE = '/SigningKey/$rotate'

const rotate = async (app: StoredApp, how: string) => {
  const answer = await app.rest('POST', ROTATE, { how })
  assert.equal(answer.status, 200)
  return (await answer.json()) as { made: string[]; waiting: { kid: string }[]; own: string[] }
}

const keysOf = async (app: StoredApp, query = ''): Promise<readonly JsonObject[]> => {
  const answer = await app.rest('GET', `/SigningKey?_sort=alg,state${query}`)
  assert.equal(answer.status, 200)
  const { entry } = (await answer.json()) as { entry: readonly { resource: JsonObject }[] }
  return entry.map(({ resource }) => resource)
}

const statesOf = async (app: StoredApp, query = '') =>
  (await keysOf(app, query)).map(({ kid, state }) => `${state} ${kid}`)

const publishedBy = async (app: StoredApp): Promise<readonly string[]> => {
  const answer = await app.fetch(new Request(`${app.url}/.well-known/jwks.json`))
  return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
}

forEachDatabaseConfig('SigningKey', (fresh) => {
  const start = async (options: StoredAppOptions = {}) =>
    startStoredApp({ config: await fresh(), ...options })

  test('shows the key that signs, the next one, and the one before, each without its private part', async () => {
    const app = await start()
    const [first = {}] = await keysOf(app)
    const created = `${app.clock.now().toISOString().slice(0, -1)}000Z`
    const { id, meta, kid, publicKey, ...rest } = first
    assert.equal(id, kid)
    assert.deepEqual(rest, {
      resourceType: 'SigningKey',
      alg: 'RS256',
      state: 'active',
      isOwn: false,
      created,
      signsFrom: created,
    })
    assert.deepEqual(Object.keys(publicKey as object).toSorted(), ['alg', 'e', 'kid', 'kty', 'n', 'use'])

    const { made } = await rotate(app, 'soon')
    assert.deepEqual(await statesOf(app), [`active ${kid}`, `next ${made[0]}`])
    const [next = {}] = await keysOf(app, '&state=next')
    assert.equal(new Date(String(next.signsFrom)).getTime() - app.clock.now().getTime(), 10 * 60_000)
    app.clock.advance(10 * 60_000)
    await app.app.maintainKeys()
    assert.deepEqual(await statesOf(app), [`active ${made[0]}`, `retired ${kid}`])
    const one = (await (await app.rest('GET', `/fhir/SigningKey/${kid}`)).json()) as JsonObject
    assert.ok(new Date(String(one.removed)) > app.clock.now())
    assert.doesNotMatch(JSON.stringify(await keysOf(app)), /private|PRIVATE|"(?:d|p|q|dp|dq|qi)":/)
  })

  test('a Client that names an algorithm has its key published before it gets a token', async () => {
    const app = await start()
    const algorithms = { id_token_signed_response_alg: 'EdDSA', access_token_signed_response_alg: 'ES256' }
    assert.equal((await app.rest('PUT', '/Client/ed', algorithms)).status, 201)
    assert.equal((await publishedBy(app)).length, 3)
    assert.equal((await app.rest('PUT', '/Client/ed', { ...algorithms, name: 'Ed' })).status, 200)
    assert.deepEqual((await keysOf(app)).map(({ alg, state }) => `${alg} ${state}`).toSorted(), [
      'ES256 active',
      'EdDSA active',
      'RS256 active',
    ])
  })

  test('a key that leaked is forgotten at once, and who did it is written down', async () => {
    const app = await start()
    const [old] = await publishedBy(app)
    const { made } = await rotate(app, 'forget')
    assert.deepEqual(await publishedBy(app), made)
    assert.equal(made.includes(old ?? ''), false)
    const { made: other } = await rotate(app, 'now')
    assert.deepEqual(await statesOf(app), [`active ${other[0]}`, `retired ${made[0]}`])
    const audited = await app.database.all(
      app.database.sql
        .selectFrom('audit_event')
        .selectAll()
        .where('event', '=', 'signing-key-rotate')
        .orderBy('at'),
    )
    assert.deepEqual(
      audited.map(({ actor, outcome, detail }) => [actor, outcome, JSON.parse(detail ?? '').how]).toSorted(),
      [
        ['Client/root', 'success', 'forget'],
        ['Client/root', 'success', 'now'],
      ],
    )
  })

  test('a key of the operator is shown as their own, and the server makes no other for it', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const env = {
      COUNTERSIGN_SIGNING_KEYS: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      COUNTERSIGN_SIGNING_ALGORITHM: 'ES256',
    }
    const app = await start({ env })
    const [own = {}, ...others] = await keysOf(app)
    assert.deepEqual([own.alg, own.state, own.isOwn, others], ['ES256', 'active', true, []])
    assert.deepEqual(await publishedBy(app), [own.kid])
    assert.equal((await app.rest('GET', `/SigningKey/${own.kid}`)).status, 200)
    assert.deepEqual(await rotate(app, 'soon'), { how: 'soon', made: [], waiting: [], own: ['ES256'] })
  })
})

test('is for administrators, who say how, and is never written or deleted', async () => {
  const app = await startStoredApp()
  await app.addUser({ id: 'ann' })
  const ann = await signedInBrowser(app, 'ann')
  const headers = { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' }
  const post = { method: 'POST', headers, body: '{"how":"forget"}' }
  const before = await publishedBy(app)
  assert.equal((await app.fetch(new Request(`${app.url}${ROTATE}`, post))).status, 401)
  assert.equal((await ann.send(ROTATE, post)).status, 403)
  assert.equal((await ann.send('/SigningKey')).status, 403)
  for (const body of [{}, { how: 'later' }, { how: 'now', kid: 'x' }])
    assert.equal((await app.rest('POST', ROTATE, body)).status, 422, JSON.stringify(body))
  for (const method of ['GET', 'DELETE', 'PUT']) assert.equal((await app.rest(method, ROTATE)).status, 405)
  for (const method of ['DELETE', 'PUT', 'PATCH'])
    assert.equal((await app.rest(method, `/SigningKey/${before[0]}`, {})).status, 405)
  assert.deepEqual(await publishedBy(app), before)
})
