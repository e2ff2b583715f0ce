import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import { signedInBrowser } from '../support/oauth-client.ts'
import { listenHttp, portWithoutListener } from '../support/servers.ts'
import { startStoredApp } from '../support/stored-app.ts'

const CALL = '/AuthConfig/mine/$test-webhook'

const setUp = async (status = 204) => {
  const app = await startStoredApp()
  const seen: { readonly authorization: string | undefined; readonly body: JsonObject }[] = []
  const port = await listenHttp(async (request, response) => {
    let text = ''
    for await (const chunk of request.setEncoding('utf8')) text += chunk
    seen.push({ authorization: request.headers.authorization, body: JSON.parse(text) as JsonObject })
    response.writeHead(status).end('what the receiver says')
  })
  const configure = async (id: string, endpoint: string) => {
    const webhook = { endpoint, headers: { Authorization: 'Basic c2VjcmV0' } }
    assert.equal((await app.rest('PUT', `/AuthConfig/${id}`, { twoFactor: { webhook } })).status, 201)
  }
  const deliveries = async () => {
    const answer = await app.rest('GET', '/AuditEvent?event=two-factor-delivery&_sort=-_lastUpdated')
    const { entry } = (await answer.json()) as { entry: { resource: JsonObject }[] }
    return entry.map(({ resource: { outcome, reason, actor, user, detail } }) => ({
      outcome,
      reason,
      actor,
      user,
      detail,
    }))
  }
  const call = async (body: unknown = {}) => {
    const answer = await app.rest('POST', CALL, body)
    assert.equal(answer.status, 200)
    return (await answer.json()) as JsonObject
  }
  return { app, call, configure, deliveries, port, seen }
}

test('a test is one call that the receiver can tell from others, with the headers and to whom', async () => {
  const { call, configure, deliveries, port, seen } = await setUp()
  await configure('mine', `http://127.0.0.1:${port}/codes`)
  await configure('in-force', 'http://127.0.0.1:1/')
  assert.deepEqual(await call({ to: '+15550100' }), { outcome: 'delivered', status: 204, milliseconds: 0 })
  assert.deepEqual(seen, [
    {
      authorization: 'Basic c2VjcmV0',
      body: {
        user: {
          id: 'countersign-test',
          resourceType: 'User',
          displayName: 'Test of Countersign',
          phoneNumber: '+15550100',
          twoFactor: { enabled: true },
        },
        token: '000000',
        test: true,
      },
    },
  ])
  assert.deepEqual(await deliveries(), [
    {
      outcome: 'success',
      reason: undefined,
      actor: { resourceType: 'Client', id: 'root' },
      user: undefined,
      detail: { host: `127.0.0.1:${port}`, status: 204, milliseconds: 0, test: true },
    },
  ])
  await call({ to: 'me@example.org' })
  await call('')
  assert.deepEqual(
    seen.map(({ body }) => [(body.user as JsonObject).email, (body.user as JsonObject).phoneNumber]),
    [
      [undefined, '+15550100'],
      ['me@example.org', undefined],
      [undefined, undefined],
    ],
  )
})

test('a receiver that fails is told with its status or the reason, and never with what it said', async () => {
  const { app, call, configure, deliveries, port } = await setUp(500)
  await configure('mine', `http://127.0.0.1:${port}/`)
  assert.deepEqual(await call(), { outcome: 'failed', status: 500, reason: 'status-500', milliseconds: 0 })
  const endpoint = `http://127.0.0.1:${await portWithoutListener()}/`
  assert.equal(
    (await app.rest('PUT', '/AuthConfig/mine', { twoFactor: { webhook: { endpoint } } })).status,
    200,
  )
  assert.deepEqual(await call(), { outcome: 'failed', reason: 'connection-failed', milliseconds: 0 })
  assert.deepEqual((await deliveries()).map(({ reason }) => reason).toSorted(), [
    'connection-failed',
    'status-500',
  ])
  assert.doesNotMatch(JSON.stringify(await deliveries()), /what the receiver says|c2VjcmV0/)
})

test('is for administrators, of an AuthConfig that has a webhook', async () => {
  const { app, configure, port, seen } = await setUp()
  assert.equal((await app.rest('POST', CALL, {})).status, 404)
  assert.equal((await app.rest('PUT', '/AuthConfig/bare', {})).status, 201)
  const bare = await app.rest('POST', '/AuthConfig/bare/$test-webhook', {})
  assert.equal(bare.status, 422)
  assert.match(await bare.text(), /AuthConfig\.twoFactor\.webhook/)
  await configure('mine', `http://127.0.0.1:${port}/`)
  await app.addUser({ id: 'ann' })
  const ann = await signedInBrowser(app, 'ann')
  const post = {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
    body: '{}',
  }
  assert.equal((await app.fetch(new Request(`${app.url}${CALL}`, post))).status, 401)
  assert.equal((await ann.send(CALL, post)).status, 403)
  for (const body of [{ to: 7 }, { to: '' }, { endpoint: 'http://elsewhere.example' }])
    assert.equal((await app.rest('POST', CALL, body)).status, 422)
  assert.deepEqual(seen, [])
})
