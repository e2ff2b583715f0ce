import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listenHttp } from '../../test/support/servers.ts'
import { createOutboundFetch } from './outbound-fetch.node.ts'
import type { OutboundOutcome } from './outbound-fetch.ts'

// What a receiver can do before its answer has a body, see ../two-factor/webhook/create-code-delivery.test.ts.

const get = (port: number, mostBytes = 100, timeoutMilliseconds = 2000): Promise<OutboundOutcome> =>
  createOutboundFetch()({
    url: `http://127.0.0.1:${port}/`,
    method: 'GET',
    headers: { accept: 'application/json' },
    timeoutMilliseconds,
    mostBytes,
  })

test('the body of an answer comes back whole, with its status', async () => {
  const port = await listenHttp(({ method, headers }, response) => {
    response.writeHead(203).end(JSON.stringify({ method, accept: headers.accept }))
  })
  const outcome = await get(port)
  assert.ok(outcome.kind === 'answered')
  assert.equal(outcome.status, 203)
  assert.equal(Buffer.from(outcome.body).toString(), '{"method":"GET","accept":"application/json"}')
})

for (const isChunked of [true, false])
  test(`an answer with one byte too many is a failure, ${isChunked ? 'chunked' : 'with its length'}`, async () => {
    const port = await listenHttp((_, response) => {
      if (isChunked) response.write('x')
      response.end('x'.repeat(isChunked ? 100 : 101))
    })
    assert.deepEqual(await get(port), { kind: 'failed', reason: 'too-large' })
    assert.equal((await get(port, 101)).kind, 'answered')
  })

test('a body that never ends is not read to its end', async () => {
  const port = await listenHttp((_, response) => {
    const chunk = Buffer.alloc(16 * 1024)
    const pour = (): void => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', pour)
    pour()
  })
  assert.deepEqual(await get(port, 64 * 1024), { kind: 'failed', reason: 'too-large' })
})

test('a body that drips costs the timeout and no more', async () => {
  const port = await listenHttp((_, response) => {
    response.write('{')
    const drip = setInterval(() => response.write(' '), 30)
    response.on('close', () => clearInterval(drip))
  })
  assert.deepEqual(await get(port, 1_000_000, 300), { kind: 'failed', reason: 'timeout' })
})

test('a body that breaks off is a failure, not half an answer', async () => {
  const port = await listenHttp((_, response) => {
    response.writeHead(200, { 'content-length': '50' }).write('{"keys":')
    setImmediate(() => response.destroy())
  })
  assert.deepEqual(await get(port), { kind: 'failed', reason: 'connection-failed' })
})

test('a redirect is an answer and not followed', async () => {
  let asked = 0
  const port = await listenHttp((_, response) => {
    asked += 1
    response.writeHead(302, { location: '/elsewhere' }).end()
  })
  const outcome = await get(port)
  assert.ok(outcome.kind === 'answered' && outcome.status === 302)
  assert.equal(asked, 1)
})
