import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { Hono } from 'hono'
import { problemPage } from '../html/problem.page.ts'
import { DEFAULT_THEME } from '../html/theme.ts'
import { systemClock } from '../kernel/clock.ts'
import { silentLogger } from '../kernel/logger.ts'
import { systemRandom } from '../kernel/random.ts'
import type { AppEnv } from './app-env.ts'
import { readBody } from './body.ts'
import type { ScriptAccess } from './cors.ts'
import { createEdge } from './edge.ts'
import { healthRoutes } from './health.ts'
import type { RunningServer } from './serve.ts'
import { serve } from './serve.ts'

const deps = {
  logger: silentLogger,
  clock: systemClock,
  random: systemRandom,
  trustedProxies: 0,
  scriptAccess: (): ScriptAccess => 'nobody',
  isRegisteredOrigin: async () => false,
  faceOfRoute: () => undefined,
  isHttps: false,
  renderProblem: problemPage,
  currentTheme: async () => DEFAULT_THEME,
}

interface Gate {
  readonly opened: Promise<void>
  open(): void
}

const createGate = (): Gate => {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

let isStopping = false
let isDatabaseUp = true
let arrived = createGate()
let released = createGate()

const app = new Hono<AppEnv>()
const answerTo = createEdge(app, deps)
app.route(
  '/',
  healthRoutes({
    ping: () => (isDatabaseUp ? Promise.resolve() : Promise.reject(new Error('down'))),
    isStopping: () => isStopping,
    version: '1.2.3',
  }),
)
app.get('/auth/login', (c) => c.json({ ...c.env.origin }))
app.post('/body', async (c) => c.json({ bytes: (await readBody(c, 100_000)).byteLength }))
app.get('/slow', async (c) => {
  arrived.open()
  await released.opened
  return c.text('finished')
})

const start = (): Promise<RunningServer> =>
  serve({
    fetch: answerTo,
    port: 0,
    host: '127.0.0.1',
    isHttps: false,
    logger: silentLogger,
    random: systemRandom,
    limits: {
      headersMilliseconds: 400,
      requestMilliseconds: 600,
      checkMilliseconds: 50,
      drainMilliseconds: 1500,
    },
  })

let server: RunningServer
before(async () => {
  server = await start()
})
after(() => server.stop())

/** Everything the server says until it closes or has answered whole. */
const say = (port: number, text: string | Buffer): Promise<string> =>
  new Promise((resolve) => {
    let heard = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
  })

const get = (target: string, more = ''): string =>
  `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more}\r\n`

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0)

test('nonsense on the socket gets a 4xx or a closed connection, and others are served', async () => {
  const nonsense: readonly (readonly [string, string | Buffer])[] = [
    ['garbage', 'hello\r\n\r\n'],
    ['HTTP/0.9', 'GET /auth/login\r\n\r\n'],
    ['an h2c preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['no Host', 'GET /auth/login HTTP/1.1\r\n\r\n'],
    ['two Hosts', 'GET /auth/login HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['an impossible Host', 'GET /auth/login HTTP/1.1\r\nHost: a/b?c\r\nConnection: close\r\n\r\n'],
    ['a 64 kB header', get('/auth/login', `X-A: ${'a'.repeat(65_536)}\r\n`)],
    ['5000 headers', get('/auth/login', Array.from({ length: 5000 }, (_, i) => `X-${i}: 1\r\n`).join(''))],
    ['a 100 kB address', get(`/${'a'.repeat(100_000)}`)],
    ['two lengths', 'POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'length and chunks',
      'POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a negative length', 'POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n'],
    ['a bad chunk', 'POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['a folded header', get('/auth/login', 'X-A: a\r\n b\r\n')],
    ['NUL in a header', get('/auth/login', 'X-A: a\0b\r\n')],
    ['NUL in the address', get('/auth/\0login')],
    ['TRACK', 'TRACK / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an unknown expectation', get('/auth/login', 'Expect: cake\r\n')],
    ['CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['bytes', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))],
    ['a TLS hello', Buffer.from('160301020001', 'hex')],
  ]
  for (const [name, text] of nonsense) {
    const answer = await say(server.port, text)
    const status = statusOf(answer)
    assert.ok(answer === '' || (status >= 400 && status < 500), `${name}: ${answer.slice(0, 80)}`)
    if (answer !== '') assert.match(answer, /^x-request-id: [0-9a-f]{32}\r$/im, name)
    if (answer !== '') assert.match(answer, /"(error_description|diagnostics)":"[^"]{10,}/, name)
  }
  assert.equal(statusOf(await say(server.port, get('/auth/login'))), 200)
})

test('paths that hops may read differently lead nowhere, never to another route', async () => {
  const odd = [
    '//auth/login',
    '/auth//login',
    '/auth/login/',
    '/AUTH/login',
    '/x/../auth/login',
    '/auth/./login',
    '/auth/x/%2e%2e/login',
    '/auth%2flogin',
    '/auth%5clogin',
    '/auth/login/..;/login',
    '/auth/login;x',
    '/auth/login%00',
    '/auth/%256cogin',
  ]
  for (const target of odd) {
    const answer = await say(server.port, get(target))
    assert.equal(statusOf(answer), 404, target)
    assert.match(answer, /x-frame-options/i, target)
  }
  for (const target of ['/auth/%zz', '/auth/%ff', '/auth\\login', '*', 'auth/login', 'http://'])
    assert.equal(statusOf(await say(server.port, get(target))), 400, target)
  for (const target of ['/auth/login?x=//../', '/auth/logi%6e', 'http://other.example/auth/login'])
    assert.equal(statusOf(await say(server.port, get(target))), 200, target)
})

test('other methods change nothing: TRACE and made-up ones are refused, HEAD has no body', async () => {
  for (const method of ['TRACE', 'PROPFIND', 'PUT'])
    assert.equal(statusOf(await say(server.port, get('/auth/login').replace('GET', method))), 405, method)
  const head = await say(server.port, get('/auth/login').replace('GET', 'HEAD'))
  assert.equal(statusOf(head), 200)
  assert.ok(head.endsWith('\r\n\r\n'))
})

test('the address is the socket’s, however the client forges it', async () => {
  const answer = await say(server.port, get('/auth/login', 'X-Forwarded-For: 203.0.113.9\r\n'))
  assert.match(answer, /"address":"127\.0\.0\.1"/)
})

test('a body that is too large is refused before it is sent, and while it is', async () => {
  const promised = `POST /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 10000000\r\n\r\n`
  assert.equal(statusOf(await say(server.port, promised)), 413)
  const chunk = `${(60_000).toString(16)}\r\n${'a'.repeat(60_000)}\r\n`
  const chunked = `POST /body HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`
  assert.equal(statusOf(await say(server.port, chunked + chunk + chunk + chunk)), 413)
  assert.match(await say(server.port, `${chunked}${chunk}0\r\n\r\n`), /"bytes":60000/)
  const kept = chunked.replace('Connection: close\r\n', '')
  const told = await say(server.port, kept + chunk + chunk + chunk)
  assert.match(
    told,
    /^HTTP\/1\.1 413 .*\r\nConnection: close\r\n/s,
    'RFC 9112 §9.6: whoever keeps it must know',
  )
})

test('three hundred half-open requests are dropped in time and hurt nobody', async () => {
  const half = Array.from({ length: 300 }, () =>
    say(server.port, 'GET /auth/login HTTP/1.1\r\nHost: a\r\nX-A: '),
  )
  const slowBody = say(server.port, 'POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab')
  const response = await fetch(`http://127.0.0.1:${server.port}/auth/login`)
  assert.equal(response.status, 200)
  for (const answer of await Promise.all([...half, slowBody])) assert.match(answer, /^HTTP\/1\.1 408 |^$/)
})

test('health tells whether the database answers', async () => {
  const url = `http://127.0.0.1:${server.port}/health`
  assert.deepEqual(await (await fetch(url)).json(), { status: 'pass' })
  isDatabaseUp = false
  const failing = await fetch(url)
  isDatabaseUp = true
  assert.equal(failing.status, 503)
  assert.deepEqual(await failing.json(), { status: 'fail' })
})

test('a stopping server finishes what it began, accepts nothing more and is failing for balancers', async () => {
  const stopping = await start()
  const url = `http://127.0.0.1:${stopping.port}`
  await (await fetch(`${url}/auth/login`)).text()
  arrived = createGate()
  released = createGate()
  const slow = fetch(`${url}/slow`)
  await arrived.opened
  isStopping = true
  const stopped = stopping.stop()
  await assert.rejects(fetch(`${url}/auth/login`))
  const health = await answerTo(new Request('http://localhost/health'))
  assert.equal(health.status, 503)
  released.open()
  const answer = await slow
  assert.equal(await answer.text(), 'finished')
  await stopped
  isStopping = false
})

test('a request that never ends does not keep the server from stopping', async () => {
  const stopping = await start()
  arrived = createGate()
  released = createGate()
  const slow = fetch(`http://127.0.0.1:${stopping.port}/slow`)
  await arrived.opened
  await Promise.all([stopping.stop(), assert.rejects(slow)])
  released.open()
})
