import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { test } from 'node:test'
import { listenDns, listenHttp, listenTcp, portWithoutListener } from '../../../test/support/servers.ts'
import type { WebhookSettings } from '../../auth-config/auth-config.ts'
import { createOutboundFetch } from '../../outbound/outbound-fetch.node.ts'
import type { ResolveHostOptions } from '../../outbound/resolve-host.node.ts'
import type { DeliveryOutcome } from './code-delivery.ts'
import { createCodeDelivery } from './create-code-delivery.ts'

const MESSAGE = {
  user: { id: 'my-user', resourceType: 'User', email: 'me@example.org', twoFactor: { enabled: true } },
  token: '005924',
} as const

const send = (
  endpoint: string,
  settings: Partial<WebhookSettings> = {},
  options: ResolveHostOptions = {},
): Promise<DeliveryOutcome> =>
  createCodeDelivery(createOutboundFetch(options))(
    { endpoint, timeoutMilliseconds: 2000, headers: {}, when: 'always', ...settings },
    MESSAGE,
  )

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly rawHeaders: readonly string[]
  readonly body: string
}

test('the receiver sees the documented body and headers, once, and nothing else', async () => {
  const seen: Seen[] = []
  const port = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    seen.push({ method: request.method, url: request.url, rawHeaders: request.rawHeaders, body })
    response.end('{}')
  })
  const headers = { Authorization: 'Basic dHdvOndlYg==', 'X-Tenant': 'north', 'Content-Type': 'text/plain' }
  assert.deepEqual(await send(`http://127.0.0.1:${port}/sms?via=1`, { headers }), {
    kind: 'delivered',
    status: 200,
  })
  assert.equal(seen.length, 1)
  const [{ method, url, rawHeaders, body } = fail()] = seen
  assert.deepEqual([method, url], ['POST', '/sms?via=1'])
  assert.equal(
    body,
    '{"user":{"id":"my-user","resourceType":"User","email":"me@example.org","twoFactor":{"enabled":true}},"token":"005924"}',
  )
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase())
  assert.deepEqual(names.sort(), [
    'authorization',
    'connection',
    'content-length',
    'content-type',
    'host',
    'x-tenant',
  ])
  const values = Object.fromEntries(names.map((name) => [name, headerOf(rawHeaders, name)]))
  assert.equal(values['content-type'], 'application/json')
  assert.equal(values.authorization, headers.Authorization)
  assert.equal(values['x-tenant'], 'north')
  assert.equal(values['content-length'], `${Buffer.byteLength(body)}`)
})

for (const status of [201, 204, 299]) {
  test(`an answer of ${status} means delivered`, async () => {
    const port = await listenHttp((_, response) => response.writeHead(status).end())
    assert.deepEqual(await send(`http://127.0.0.1:${port}/`), { kind: 'delivered', status })
  })
}

for (const status of [300, 400, 404, 500, 503]) {
  test(`an answer of ${status} means not delivered`, async () => {
    const port = await listenHttp((_, response) => response.writeHead(status).end('secret of the receiver'))
    assert.deepEqual(await send(`http://127.0.0.1:${port}/`), { kind: 'failed', reason: `status-${status}` })
  })
}

test('a redirect is not followed', async () => {
  let isFollowed = false
  const target = await listenHttp((_, response) => {
    isFollowed = true
    response.end()
  })
  for (const status of [301, 302, 303, 307, 308]) {
    const port = await listenHttp((_, response) =>
      response.writeHead(status, { Location: `http://127.0.0.1:${target}/` }).end(),
    )
    assert.deepEqual(await send(`http://127.0.0.1:${port}/`), { kind: 'failed', reason: `status-${status}` })
  }
  assert.equal(isFollowed, false)
})

const HANGING: Readonly<Record<string, (socket: Socket) => void>> = {
  'says nothing': () => {},
  'drips its headers': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const drip = setInterval(() => socket.write('X-Drip: 1\r\n'), 40)
    socket.on('close', () => clearInterval(drip))
  },
  'only says 102': (socket) => void socket.write('HTTP/1.1 102 Processing\r\n\r\n'),
}
for (const [what, behave] of Object.entries(HANGING)) {
  test(`a receiver that ${what} costs the timeout and no more`, async () => {
    const port = await listenTcp((socket) => socket.once('data', () => behave(socket)))
    const started = process.hrtime.bigint()
    const outcome = await send(`http://127.0.0.1:${port}/`, { timeoutMilliseconds: 300 })
    const milliseconds = Number(process.hrtime.bigint() - started) / 1e6
    assert.deepEqual(outcome, { kind: 'failed', reason: 'timeout' })
    assert.ok(milliseconds >= 290 && milliseconds < 1500, `${milliseconds} ms`)
  })
}

const BROKEN: Readonly<Record<string, (socket: Socket) => void>> = {
  'closes at once': (socket) => socket.destroy(),
  'speaks another protocol': (socket) => socket.end('220 mail.example.org ESMTP\r\n'),
  'sends endless headers': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    socket.write(`X-Long: ${'x'.repeat(200_000)}\r\n`)
  },
}
for (const [what, behave] of Object.entries(BROKEN)) {
  test(`a receiver that ${what} is a failed delivery`, async () => {
    const port = await listenTcp((socket) => socket.once('data', () => behave(socket)))
    assert.deepEqual(await send(`http://127.0.0.1:${port}/`), { kind: 'failed', reason: 'connection-failed' })
  })
}

test('an endless body is not read', async () => {
  let written = 0
  const closed = Promise.withResolvers<void>()
  const port = await listenHttp((_, response) => {
    response.writeHead(200)
    const chunk = Buffer.alloc(64 * 1024)
    const pour = (): void => {
      while (!response.destroyed && response.write(chunk)) written += chunk.length
    }
    response.on('drain', pour).on('close', () => closed.resolve())
    pour()
  })
  assert.deepEqual(await send(`http://127.0.0.1:${port}/`), { kind: 'delivered', status: 200 })
  await closed.promise
  assert.ok(written < 32 * 1024 * 1024, `${written} bytes`)
})

test('a port where nobody listens is a failed delivery', async () => {
  const port = await portWithoutListener()
  assert.deepEqual(await send(`http://127.0.0.1:${port}/`), { kind: 'failed', reason: 'connection-failed' })
})

for (const endpoint of [
  'http://169.254.169.254/latest/meta-data',
  'http://[fe80::1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://2852039166/',
  'http://0xa9.0xfe.0xa9.0xfe/',
  'http://[64:ff9b::169.254.169.254]/',
  'http://[::169.254.169.254]/',
  'http://[2002:a9fe:a9fe::]/',
  'http://[fd00:ec2::254]/',
  'http://[64:ff9b:1::a9fe:a9fe]/',
  'http://[::ffff:0:a9fe:a9fe]/',
  'http://100.100.100.200/',
  'http://[fd00:ec2::23]/v1/credentials',
  'http://[fd20:ce::254]/',
  'http://168.63.129.16/machine/',
  'http://[::ffff:168.63.129.16]/',
  'http://192.0.0.192/opc/',
]) {
  test(`${endpoint} is refused before a connection is made`, async () => {
    assert.deepEqual(await send(endpoint), { kind: 'failed', reason: 'refused-address' })
  })
}

test('an address that nobody answers for costs the timeout and no more', async () => {
  const started = process.hrtime.bigint()
  const outcome = await send('http://192.0.2.1/', { timeoutMilliseconds: 250 })
  assert.equal(outcome.kind, 'failed')
  assert.ok(Number(process.hrtime.bigint() - started) / 1e6 < 1500)
})

test('only http and https are spoken', async () => {
  assert.deepEqual(await send('ftp://127.0.0.1/'), { kind: 'failed', reason: 'refused-scheme' })
  assert.deepEqual(await send('file:///etc/hosts'), { kind: 'failed', reason: 'refused-scheme' })
})

test('localhost and names of the hosts file need no name server', async () => {
  const port = await listenHttp((_, response) => response.end())
  const options = { nameServers: ['127.0.0.1:9'] }
  assert.equal((await send(`http://localhost:${port}/`, {}, options)).kind, 'delivered')
  assert.equal((await send(`http://receiver.localhost:${port}/`, {}, options)).kind, 'delivered')
})

test('the connection goes to the address that was checked, under the name of the endpoint', async () => {
  let host: string | undefined
  const port = await listenHttp((request, response) => {
    host = request.headers.host
    response.end()
  })
  const nameServer = await listenDns(() => [127, 0, 0, 1])
  const outcome = await send(`http://sms.example.org:${port}/`, {}, { nameServers: [nameServer.address] })
  assert.deepEqual(outcome, { kind: 'delivered', status: 200 })
  assert.equal(host, `sms.example.org:${port}`)
  assert.equal(nameServer.asked(), 1, 'the A record is asked for once')
})

test('a name of a link-local address is refused', async () => {
  const { address } = await listenDns(() => [169, 254, 169, 254])
  const outcome = await send('http://metadata.example.org/', {}, { nameServers: [address] })
  assert.deepEqual(outcome, { kind: 'failed', reason: 'refused-address' })
})

test('a name that does not exist is a failed delivery', async () => {
  const { address } = await listenDns(() => undefined)
  const outcome = await send('http://nowhere.example.org/', {}, { nameServers: [address] })
  assert.deepEqual(outcome, { kind: 'failed', reason: 'unknown-host' })
})

test('a name server that does not answer costs the timeout', async () => {
  const { address } = await listenDns(() => 'silent')
  const options = { nameServers: [address] }
  const outcome = await send('http://slow.example.org/', { timeoutMilliseconds: 200 }, options)
  assert.deepEqual(outcome, { kind: 'failed', reason: 'timeout' })
})

test('more than a hundred deliveries at once are refused, not queued', async () => {
  const port = await listenTcp(() => {})
  const deliver = createCodeDelivery(createOutboundFetch())
  const settings: WebhookSettings = {
    endpoint: `http://127.0.0.1:${port}/`,
    timeoutMilliseconds: 400,
    headers: {},
    when: 'always',
  }
  const outcomes = await Promise.all(Array.from({ length: 105 }, () => deliver(settings, MESSAGE)))
  const reasons = outcomes.map((outcome) => (outcome.kind === 'failed' ? outcome.reason : outcome.kind))
  assert.deepEqual(reasons.slice(100), Array(5).fill('busy'))
  assert.deepEqual(new Set(reasons.slice(0, 100)), new Set(['timeout']))
})

const fail = (): never => assert.fail('the receiver saw nothing')

const headerOf = (rawHeaders: readonly string[], name: string): string | undefined => {
  const values = rawHeaders.filter(
    (_, index) => index % 2 === 1 && rawHeaders[index - 1]?.toLowerCase() === name,
  )
  assert.equal(values.length, 1, name)
  return values[0]
}
