import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { before, beforeEach, test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import type { Person, Visit } from '../support/person.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { startServerProcess } from '../support/server-process.ts'
import { listenHttp, listenTcp, portWithoutListener } from '../support/servers.ts'
import type { Site } from '../support/site.ts'
import { createSite, SITE_ENV } from '../support/site.ts'

const TIMEOUT_MS = 500
/** For a busy machine; without the timeout these endpoints would keep the page for ever. */
const MARGIN_MS = 4000

interface Received {
  readonly method: string | undefined
  readonly target: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

let server: ServerProcess
let site: Site
let received: Received[] = []
let receiver: number
before(async () => {
  server = await startServerProcess(SITE_ENV)
  site = createSite(() => server.url)
  await site.prepare()
  receiver = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    received.push({ method: request.method, target: request.url, headers: request.headers, body })
    response.end('not shown')
  })
})
beforeEach(() => {
  received = []
})

const hook = async (endpoint: string, more: object = {}): Promise<void> => {
  const webhook = { endpoint, timeout: TIMEOUT_MS, ...more }
  const answer = await site.rest('PUT', '/AuthConfig/myconfig', {
    twoFactor: { issuerName: 'my-app', validPastTokensCount: 3, webhook },
  })
  assert.equal(answer.status, 200, await answer.text())
}

const local = (port: number, path = '/'): string => `http://127.0.0.1:${port}${path}`

/** Where only the code counts: no session yet, whatever is asked for. */
const isStillAtTheCode = async (browser: Person, page: Visit): Promise<void> => {
  assert.equal(page.status, 200, page.body)
  assert.ok(page.url.endsWith('/auth/login/2fa/confirm'), page.url)
  assert.ok(page.page.querySelector('input[name=token]') !== null)
  assert.equal(browser.cookies.has('ASID'), false)
  assert.equal(await site.isSignedIn(browser), false)
}

test('a sign-in calls the receiver once, with the documented body and headers, and its code signs in', async () => {
  await hook(local(receiver, '/sms?to=x'), { headers: { Authorization: 'Basic dXNlcjpwYXNzd29yZA==' } })
  await site.addUser('my-user')
  const browser = site.person()
  const page = await site.enterPassword(browser, 'my-user')
  await isStillAtTheCode(browser, page)
  const [call] = received
  assert.equal(received.length, 1)
  assert.equal(call?.method, 'POST')
  assert.equal(call?.target, '/sms?to=x')
  const { token } = JSON.parse(call?.body ?? '') as { readonly token: string }
  assert.match(token, /^\d{6}$/)
  const user = { id: 'my-user', resourceType: 'User', twoFactor: { enabled: true } }
  assert.deepEqual(JSON.parse(call?.body ?? ''), { user, token })
  const { host, authorization, ...headers } = call?.headers ?? {}
  assert.equal(host, `127.0.0.1:${receiver}`)
  assert.equal(authorization, 'Basic dXNlcjpwYXNzd29yZA==')
  assert.equal(headers['content-type'], 'application/json')
  assert.equal(headers['content-length'], String(Buffer.byteLength(call?.body ?? '')))
  assert.deepEqual(Object.keys(headers).sort(), ['connection', 'content-length', 'content-type'])
  assert.doesNotMatch(page.body, /not shown|dXNlcj/)

  await browser.visit('/auth/login/2fa/confirm')
  const answer = await browser.submit(page, { token }, '/confirm')
  assert.equal(answer.status, 303)
  assert.equal(await site.isSignedIn(browser), true)
  assert.equal(received.length, 1, 'neither a reload nor the code itself sends again')
  assert.ok(!server.output().includes(token), 'the code is in the log')
})

test('nobody is sent anything for a wrong password, an unknown user, or one without two-factor', async () => {
  await hook(local(receiver))
  await site.addUser('careful')
  await site.rest('PUT', '/User/single', { password: 'password' })
  for (const [username, password] of [
    ['careful', 'wrong'],
    ['nobody', 'password'],
    ['single', 'password'],
  ] as const) {
    const browser = site.person()
    await browser.submit(await browser.visit('/auth/login'), { username, password })
  }
  assert.deepEqual(received, [])
})

const endless = (socket: { write(text: string): void; on(event: 'close', end: () => void): void }): void => {
  socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
  const timer = setInterval(() => socket.write('4\r\nmore\r\n'), 20)
  socket.on('close', () => clearInterval(timer))
}

const failing: Readonly<Record<string, () => Promise<string>>> = {
  'is slow': async () => local(await listenHttp(() => new Promise(() => {}))),
  'answers 500': async () => local(await listenHttp((_, response) => response.writeHead(500).end('inside'))),
  redirects: async () =>
    local(await listenHttp((_, response) => response.writeHead(307, { location: local(receiver) }).end())),
  'closes the connection': async () => local(await listenTcp((socket) => socket.destroy())),
  'talks nonsense': async () => local(await listenTcp((socket) => socket.end('\0hello\r\n\r\n'))),
  'answers without end': async () => local(await listenTcp(endless)),
  'sends headers without end': async () =>
    local(
      await listenTcp((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        const timer = setInterval(() => socket.write(`X-${Date.now()}: x\r\n`), 20)
        socket.on('close', () => clearInterval(timer))
      }),
    ),
  'refuses connections': async () => local(await portWithoutListener()),
  'has no TLS': async () => `https://127.0.0.1:${receiver}/`,
  'has a name that does not exist': async () => 'http://nowhere.invalid/',
}

for (const [what, endpointOf] of Object.entries(failing))
  test(`an endpoint that ${what} leaves a page where the authenticator's code works, and no other way`, async () => {
    const id = `u${Object.keys(failing).indexOf(what)}`
    await site.addUser(id)
    await hook(await endpointOf())
    const browser = site.person()
    const began = performance.now()
    const page = await site.enterPassword(browser, id)
    const took = performance.now() - began
    assert.ok(took < TIMEOUT_MS + MARGIN_MS, `${Math.round(took)} ms`)
    await isStillAtTheCode(browser, page)
    assert.doesNotMatch(page.body, /inside|127\.0\.0\.1|invalid\/|ECONN|ENOTFOUND/)
    assert.deepEqual(received, [])
    const wrong = await browser.submit(page, { token: site.wrongCode() }, '/confirm')
    assert.equal(wrong.status, 422)
    const answer = await browser.submit(wrong, { token: site.code() }, '/confirm')
    assert.equal(answer.status, 303, answer.body)
    assert.equal(await site.isSignedIn(browser), true)
  })

test('twenty hanging deliveries do not keep anybody else from signing in', async () => {
  let hanging = 0
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const port = await listenHttp(async (_request, response) => {
    hanging += 1
    await released
    response.writeHead(500).end()
  })
  const ids = Array.from({ length: 20 }, (_, index) => `hang${index}`)
  await Promise.all(ids.map((id) => site.addUser(id)))
  await site.rest('PUT', '/User/other', { password: 'password' })
  await hook(local(port), { timeout: 10_000 })
  let finished = 0
  const waiting = ids.map(async (id, index) => {
    const browser = site.person(`198.51.100.${index}`)
    const page = await site.enterPassword(browser, id)
    finished += 1
    return { browser, page }
  })
  await eventually(() => hanging === 20)
  const other = site.person('203.0.113.1')
  await site.enterPassword(other, 'other')
  assert.equal(await site.isSignedIn(other), true)
  assert.equal((await fetch(`${server.url}/health`)).status, 200)
  assert.equal(finished, 0, 'the other sign-in waited for the deliveries')
  release()
  for (const { browser, page } of await Promise.all(waiting)) await isStillAtTheCode(browser, page)
})
