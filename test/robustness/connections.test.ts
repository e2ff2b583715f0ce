import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { eventually } from '../support/eventually.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { ROOT_AUTHORIZATION, startServerProcess } from '../support/server-process.ts'
import type { Site } from '../support/site.ts'
import { createSite, PASSWORD, SITE_ENV } from '../support/site.ts'

const IDLE = 2000
const HALF_OPEN = 300
const MOST_GROWTH_MB = 150

let server: ServerProcess
let site: Site
before(async () => {
  server = await startServerProcess(SITE_ENV)
  site = createSite(() => server.url)
  await site.rest('PUT', '/User/plain', { password: PASSWORD })
})

const sockets = new Set<Socket>()
after(() => {
  for (const socket of sockets) socket.destroy()
})

/** A connection on which `text` was said. */
const open = (text: string): Promise<{ readonly socket: Socket; heard(): string }> =>
  new Promise((resolve, reject) => {
    let heard = ''
    const socket = connect(server.port, '127.0.0.1', () => {
      if (text !== '') socket.write(text)
      resolve({ socket, heard: () => heard })
    })
    sockets.add(socket)
    socket.on('data', (chunk) => {
      heard += chunk.toString('latin1')
    })
    socket.on('error', reject)
  })

const openMany = (count: number, text: string) => Promise.all(Array.from({ length: count }, () => open(text)))

const signsIn = async (): Promise<void> => {
  const browser = site.person()
  await site.enterPassword(browser, 'plain')
  assert.equal(await site.isSignedIn(browser), true)
}

test('two thousand idle connections and three hundred half-open requests keep nobody from signing in', async () => {
  await signsIn()
  const before = server.residentMegabytes()
  const idle = await openMany(IDLE, '')
  const half = await openMany(HALF_OPEN / 3, 'GET /auth/login HTTP/1.1\r\nHost: localhost\r\nX-A: ')
  const bodies = await openMany(
    HALF_OPEN / 3,
    'POST /auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na=',
  )
  const puts = await openMany(
    HALF_OPEN / 3,
    `PUT /User/slow HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${ROOT_AUTHORIZATION}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`,
  )
  await signsIn()
  assert.equal((await fetch(`${server.url}/health`)).status, 200)
  const grown = server.residentMegabytes() - before
  assert.ok(grown < MOST_GROWTH_MB, `grew by ${grown} MB`)
  for (const { socket } of [...idle, ...half, ...bodies, ...puts]) socket.destroy()
})

test('a reader that stands still costs little, and requests piled up on one connection are all answered', async () => {
  const before = server.residentMegabytes()
  const request = 'GET /auth/login HTTP/1.1\r\nHost: localhost\r\n\r\n'
  const lazy = await openMany(50, '')
  for (const { socket } of lazy) {
    socket.pause()
    socket.write(request.repeat(200))
  }
  const eager = await open(request.repeat(200))
  await eventually(() => eager.heard().split('HTTP/1.1 200').length === 201)
  await signsIn()
  const grown = server.residentMegabytes() - before
  assert.ok(grown < MOST_GROWTH_MB, `grew by ${grown} MB`)
  for (const { socket } of [...lazy, eager]) socket.destroy()
})
