import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { createFakeClock } from '../../test/support/fake-clock.ts'
import { listenHttp } from '../../test/support/servers.ts'
import { createOutboundFetch } from './outbound-fetch.node.ts'
import type { OutboundFetch, OutboundOutcome } from './outbound-fetch.ts'
import { createRemoteJwks } from './remote-jwks.ts'

const { x, y } = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
const key = (kid: string) => ({ kty: 'EC', crv: 'P-256', x: String(x), y: String(y), kid })
const URI = 'https://app.example.org/jwks'

const answered = (body: unknown, status = 200): OutboundOutcome => ({
  kind: 'answered',
  status,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

/** A server of key sets whose answer tests change. */
const publish = (...kids: readonly string[]) => {
  const clock = createFakeClock()
  const server = { asked: 0, answer: answered({ keys: kids.map(key) }) }
  const fetch: OutboundFetch = async () => {
    server.asked += 1
    return server.answer
  }
  const jwks = createRemoteJwks({ fetch, clock })
  const kidsFor = async (kid: string | undefined, cacheSeconds = 300, uri = URI) => {
    const found = await jwks.keysOf(uri, { cacheSeconds, kid })
    return found.kind === 'found' ? found.keys.map((one) => one.kid) : found.reason
  }
  return { clock, server, kidsFor }
}

test('a set is fetched once for as long as it is kept, and again afterwards', async () => {
  const { clock, server, kidsFor } = publish('one')
  for (let count = 0; count < 3; count += 1) assert.deepEqual(await kidsFor('one'), ['one'])
  assert.equal(server.asked, 1)
  clock.advance(299_999)
  await kidsFor('one')
  assert.equal(server.asked, 1)
  clock.advance(1)
  await kidsFor('one')
  assert.equal(server.asked, 2)
})

test('however many wait for a set, it is fetched once', async () => {
  const { server, kidsFor } = publish('one')
  const found = await Promise.all(Array.from({ length: 50 }, () => kidsFor('one')))
  assert.deepEqual(found, Array(50).fill(['one']))
  assert.equal(server.asked, 1)
})

test('a kid that the set lacks is looked for at once, then at most every 30 seconds', async () => {
  const { clock, server, kidsFor } = publish('one')
  await kidsFor('one')
  server.answer = answered({ keys: [key('one'), key('two')] })
  assert.deepEqual(await kidsFor('two'), ['one', 'two'])
  assert.equal(server.asked, 2)
  for (let count = 0; count < 20; count += 1) await kidsFor(`guess-${count}`)
  assert.equal(server.asked, 2)
  clock.advance(30_000)
  await Promise.all(Array.from({ length: 20 }, (_, count) => kidsFor(`guess-${count}`)))
  assert.equal(server.asked, 3)
})

test('while its server is down a set counts for ten more minutes, and the server is asked every 5 seconds', async () => {
  const { clock, server, kidsFor } = publish('one')
  await kidsFor('one')
  server.answer = { kind: 'failed', reason: 'timeout' }
  clock.advance(300_000)
  for (let count = 0; count < 5; count += 1) assert.deepEqual(await kidsFor('one'), ['one'])
  assert.equal(server.asked, 2)
  clock.advance(5000)
  await kidsFor('one')
  assert.equal(server.asked, 3)
  clock.advance(595_000)
  assert.equal(await kidsFor('one'), 'timeout')
})

test('a server that was down is asked again after 5 seconds', async () => {
  const { clock, server, kidsFor } = publish('one')
  const { answer } = server
  server.answer = { kind: 'failed', reason: 'connection-failed' }
  assert.equal(await kidsFor('one'), 'connection-failed')
  server.answer = answer
  assert.equal(await kidsFor('one'), 'connection-failed')
  assert.equal(server.asked, 1)
  clock.advance(5000)
  assert.deepEqual(await kidsFor('one'), ['one'])
})

test('a key that was taken back is gone when its set is fetched again', async () => {
  const { clock, server, kidsFor } = publish('stolen', 'good')
  await kidsFor('stolen')
  server.answer = answered({ keys: [key('good')] })
  clock.advance(300_000)
  assert.deepEqual(await kidsFor('stolen'), ['good'])
})

test('a clock that jumps back does not keep a set for longer', async () => {
  const { clock, server, kidsFor } = publish('one')
  await kidsFor('one')
  clock.advance(-86_400_000)
  await kidsFor('one')
  assert.equal(server.asked, 2)
})

test('no cache is kept for longer than an hour, whatever is asked', async () => {
  const { clock, server, kidsFor } = publish('one')
  await kidsFor('one', 1e9)
  clock.advance(3_600_000)
  await kidsFor('one', 1e9)
  assert.equal(server.asked, 2)
})

test('keys that cannot be used are passed over, others of the set count', async () => {
  const { server, kidsFor } = publish()
  const odd = [
    null,
    7,
    'key',
    [],
    {},
    { ...key('private'), d: x },
    { kty: 'oct', k: 'eA' },
    { kty: 'future' },
  ]
  server.answer = answered({ keys: [...odd, key('good')] })
  assert.deepEqual(await kidsFor('good'), ['good'])
})

for (const body of [
  '',
  'x',
  '[]',
  'null',
  '{}',
  '{"keys":{}}',
  '{"keys":[],"keys":[]}',
  `${'['.repeat(30_000)}`,
  '<html>',
])
  test(`an answer like ${body.slice(0, 20) || 'nothing'} is no key set`, async () => {
    const { server, kidsFor } = publish()
    server.answer = answered(body)
    assert.equal(await kidsFor('one'), 'no-key-set')
  })

test('a set of more than a hundred keys, an error and a redirect are no key set', async () => {
  const { server, clock, kidsFor } = publish()
  server.answer = answered({ keys: Array(101).fill(key('one')) })
  assert.equal(await kidsFor('one'), 'no-key-set')
  for (const status of [204, 301, 302, 404, 500]) {
    clock.advance(5000)
    server.answer = answered({ keys: [key('one')] }, status)
    assert.equal(await kidsFor('one'), `status-${status}`)
  }
})

test('of many addresses the ones asked for last are kept', async () => {
  const { server, kidsFor } = publish('one')
  for (let count = 0; count < 501; count += 1) await kidsFor('one', 300, `${URI}/${count}`)
  await kidsFor('one', 300, `${URI}/500`)
  assert.equal(server.asked, 501)
  await kidsFor('one', 300, `${URI}/0`)
  assert.equal(server.asked, 502)
})

test('over HTTP: a set of two keys, and one that is too large', async () => {
  let padding = ''
  const port = await listenHttp((_, response) => {
    response.setHeader('content-type', 'application/jwk-set+json')
    response.end(JSON.stringify({ keys: [key('one'), key('two')], padding }))
  })
  const clock = createFakeClock()
  const jwks = createRemoteJwks({ fetch: createOutboundFetch(), clock })
  const uri = `http://127.0.0.1:${port}/jwks`
  const found = await jwks.keysOf(uri, { cacheSeconds: 60, kid: 'two' })
  assert.ok(found.kind === 'found' && found.keys.length === 2)
  padding = 'x'.repeat(70_000)
  clock.advance(700_000)
  assert.deepEqual(await jwks.keysOf(uri, { cacheSeconds: 60, kid: 'two' }), {
    kind: 'unavailable',
    reason: 'too-large',
  })
})
