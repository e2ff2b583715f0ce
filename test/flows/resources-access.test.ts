import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFullAccessStore } from '../../src/access/full-access.sql.ts'
import { basic, jsonOf, PUBLIC_URL, ROOT, startRest } from '../support/rest.ts'
import { ROOT_SECRET } from '../support/test-app.ts'

test('nobody gets 401, somebody without rights 403, whether the resource exists or not', async () => {
  const { request, send } = await startRest()
  const grants = { secret: 'app-secret', grant_types: ['basic'] }
  await send('PUT', '/Client/app', grants)
  const calls = [
    ['GET', '/User/admin'],
    ['GET', '/User/never'],
    ['GET', '/fhir/User?userName=x'],
    ['PUT', '/User/admin'],
    ['PATCH', '/User/never'],
    ['DELETE', '/User/admin'],
    ['POST', '/User'],
    ['GET', '/User/_history'],
    ['GET', '/User/admin/_history'],
    ['GET', '/User/admin/_history/1'],
    ['DELETE', '/User?userName=x'],
    ['POST', '/User/_search'],
  ] as const
  for (const [method, path] of calls) {
    const body = method === 'GET' || method === 'DELETE' ? null : '{"not json'
    const anonymous = await request(path, { method, body })
    assert.equal(anonymous.status, 401, `${method} ${path}`)
    assert.match(anonymous.headers.get('www-authenticate') ?? '', /^Basic /)
    const outcome = await jsonOf(anonymous)
    assert.deepEqual([outcome.id, outcome.text.div], ['login', 'Login Required'])
    const headers = { authorization: basic('app', 'app-secret') }
    const other = await request(path, { method, body, headers })
    assert.equal(other.status, 403, `${method} ${path}`)
    assert.equal((await jsonOf(other)).id, 'forbidden')
  }
})

test('Basic credentials must be right, of an active client that lists basic', async () => {
  const { request, send } = await startRest()
  await send('PUT', '/Client/no-basic', { secret: 's', grant_types: ['code'] })
  const status = async (authorization: string) =>
    (await request('/User', { headers: { authorization } })).status
  assert.equal(await status(ROOT), 200)
  assert.equal(await status(ROOT.replace('Basic', 'bAsIc')), 200)
  assert.equal(
    await status(basic('root', `${ROOT_SECRET}\n`)),
    200,
    'as `echo root:secret | base64` makes it',
  )
  assert.equal(await status(basic('root', `${ROOT_SECRET}\r\n`)), 200)
  for (const wrong of [
    basic('root', `${ROOT_SECRET}\n\n`),
    basic('root', 'wrong'),
    basic('root', ''),
    basic('nobody', ROOT_SECRET),
    basic('no-basic', 's'),
    'Basic !!!',
    'Basic cm9vdA==',
    `Basic ${Buffer.from('ro\0ot:x').toString('base64')}`,
    `Basic ${Buffer.from([0x72, 0x3a, 0xff]).toString('base64')}`,
    'Bearer nonsense',
    'Digest x',
    'Basic',
  ])
    assert.equal(await status(wrong), 401, wrong)
})

test('an umlaut in a secret counts as UTF-8, and an inactive client is shut out at once', async () => {
  const { request, send } = await startRest()
  const client = { secret: 'pässwörd', grant_types: ['basic'] }
  await send('PUT', '/Client/app', client)
  const headers = { authorization: basic('app', 'pässwörd') }
  assert.equal((await request('/User', { headers })).status, 403)
  await send('PUT', '/Client/app', { grant_types: ['basic'], active: false })
  assert.equal((await request('/User', { headers })).status, 401)
})

test('the administrator acts by cookie, but writes only from pages of this server', async () => {
  const { request, signIn } = await startRest()
  const cookie = await signIn('admin')
  assert.equal((await request('/User/admin', { headers: { cookie } })).status, 200)
  const write = async (headers: Readonly<Record<string, string>>) =>
    (
      await request('/User/x', {
        method: 'PUT',
        headers: { cookie, 'content-type': 'text/plain;charset=UTF-8', ...headers },
        body: '{}',
      })
    ).status
  assert.equal(await write({}), 403)
  for (const method of ['POST', 'PATCH', 'DELETE']) {
    const forged = await request('/User/admin', { method, headers: { cookie } })
    assert.ok([403, 405].includes(forged.status), `${method} ${forged.status}`)
  }
  assert.equal(await write({ 'sec-fetch-site': 'cross-site' }), 403)
  assert.equal(await write({ 'sec-fetch-site': 'same-site' }), 403)
  assert.equal(await write({ 'sec-fetch-site': 'none' }), 403)
  assert.equal(await write({ origin: 'https://evil.example' }), 403)
  assert.equal(await write({ origin: 'null' }), 403)
  assert.equal(await write({ 'sec-fetch-site': 'same-origin', origin: 'https://evil.example' }), 403)
  assert.equal(await write({ 'sec-fetch-site': 'same-origin' }), 415, 'accepted, but for the content type')
  assert.equal(
    await write({ 'sec-fetch-site': 'same-origin', origin: PUBLIC_URL, 'content-type': 'application/json' }),
    201,
  )
  assert.equal(await write({ origin: PUBLIC_URL, 'content-type': 'text/yaml' }), 200)
})

test('a write whose body arrives after the administrator signed out is refused', async () => {
  const { request, send, signIn } = await startRest()
  const cookie = await signIn('admin')
  let arrive: (() => void) | undefined
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      arrive = () => {
        controller.enqueue(new TextEncoder().encode('{"displayName":"late"}'))
        controller.close()
      }
    },
  })
  const headers = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }
  const late = request('/User/late', { method: 'PUT', headers, body, duplex: 'half' } as RequestInit)
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal((await send('PATCH', '/User/admin', { inactive: true })).status, 200)
  arrive?.()
  assert.equal((await late).status, 401)
  assert.equal((await send('GET', '/User/late')).status, 404)
})

test('a signed-in user is nobody special: not even about oneself, and a dead cookie is nobody', async () => {
  const { request, send, signIn } = await startRest()
  await send('PUT', '/User/ann', { password: 'secret of ann' })
  const cookie = await signIn('ann')
  const own = { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }
  assert.equal((await request('/User/ann', { headers: { cookie } })).status, 403)
  const put = { method: 'PUT', headers: own, body: '{"twoFactor":{"enabled":false}}' }
  assert.equal((await request('/User/ann', put)).status, 403)
  assert.equal((await request('/User/ann', { headers: { cookie: 'ASID=gone' } })).status, 401)
  const withHeader = { cookie: await signIn('admin'), authorization: 'Bearer nonsense' }
  assert.equal((await request('/User', { headers: withHeader })).status, 401, 'the header decides alone')
})

test('full access ends with who had it: the same id, made again, is nobody special', async () => {
  const { request, send, signIn, database } = await startRest()
  const holders = createFullAccessStore(database)
  const make = async () => {
    await send('PUT', '/User/ann', { password: 'secret of ann' })
    await send('PUT', '/Client/app', { secret: 'app-secret', grant_types: ['basic'] })
    const all = [{ cookie: await signIn('ann') }, { authorization: basic('app', 'app-secret') }]
    return Promise.all(all.map(async (headers) => (await request('/Client/app', { headers })).status))
  }
  assert.deepEqual(await make(), [403, 403])
  const [ann, app] = [{ kind: 'User', id: 'ann' } as const, { kind: 'Client', id: 'app' } as const]
  await database.transact([holders.grantStep(ann), holders.grantStep(app)])
  assert.deepEqual(await make(), [200, 200])
  await send('PUT', '/Client/ann', { secret: 'ann-secret', grant_types: ['basic'] })
  const namesake = { authorization: basic('ann', 'ann-secret') }
  assert.equal((await request('/User', { headers: namesake })).status, 403, 'a client called like the user')
  for (const path of ['/User/ann', '/Client/app']) assert.equal((await send('DELETE', path)).status, 200)
  assert.deepEqual(await make(), [403, 403])
})

test('writes are audited with actor and attribute names, in the same transaction, never with values', async () => {
  const { send, database } = await startRest()
  await send('PUT', '/User/ann', { password: 'open sesame', displayName: 'Ann' })
  await send('PATCH', '/User/ann', { displayName: 'Anna' })
  await send('DELETE', '/User/ann')
  await send('PUT', '/User/bob', { displayName: 7 })
  const rows = await database.all<{ event: string; actor: string | null; detail: string }>(
    database.sql
      .selectFrom('audit_event')
      .select(['event', 'actor', 'detail'])
      .where('actor', '=', 'Client/root')
      .orderBy('at'),
  )
  const events = rows.map(({ event, detail }) => ({ event, ...JSON.parse(detail) }))
  const version = events.map(({ replaces }) => replaces)
  assert.deepEqual(
    events.toSorted((left, right) => left.event.localeCompare(right.event)),
    [
      { event: 'password-change', resource: 'User/ann' },
      { event: 'resource-create', resource: 'User/ann', changed: ['displayName', 'password'] },
      { event: 'resource-delete', resource: 'User/ann', replaces: Math.max(...version.filter(Number)) },
      {
        event: 'resource-update',
        resource: 'User/ann',
        replaces: Math.min(...version.filter(Number)),
        changed: ['displayName'],
      },
    ],
  )
  assert.doesNotMatch(JSON.stringify(rows), /sesame|Anna/)
})
