// Servers for tests that look at what we send, or that misbehave. All end with the test file.
import { createSocket } from 'node:dgram'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Server, Socket } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { after } from 'node:test'

const endings: (() => void)[] = []
after(() => {
  for (const end of endings) end()
})

/** Serves HTTP on a port of 127.0.0.1, which is the answer. */
export function listenHttp(
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<number> {
  const server = createServer((request, response) => {
    Promise.resolve(handle(request, response)).catch(() => {})
  })
  endings.push(() => {
    server.close()
    server.closeAllConnections()
  })
  return portOf(server)
}

/** Serves whatever `handle` does with a connection. */
export function listenTcp(handle: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    handle(socket)
  })
  endings.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return portOf(server)
}

/** A port of 127.0.0.1 that refuses connections. */
export async function portWithoutListener(): Promise<number> {
  const server = createTcpServer()
  const port = await portOf(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

function portOf(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

/** A name server (RFC 1035 §4) that gives each name one A record, or none, or no answer at all; never an AAAA. */
export async function listenDns(
  answer: () => readonly number[] | undefined | 'silent',
): Promise<{ readonly address: string; readonly asked: () => number }> {
  const socket = createSocket('udp4')
  let asked = 0
  socket.on('message', (query, from) => {
    const questionEnd = query.indexOf(0, 12) + 5
    const isAddress = query.readUInt16BE(questionEnd - 4) === 1
    if (isAddress) asked += 1
    const found = answer()
    if (found === 'silent') return
    const hasAnswer = isAddress && found !== undefined
    const head = Buffer.from(query.subarray(0, 12))
    head.writeUInt16BE(found === undefined ? 0x8183 : 0x8180, 2)
    head.writeUInt16BE(hasAnswer ? 1 : 0, 6)
    head.writeUInt32BE(0, 8)
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...(found ?? [])])
    const question = query.subarray(12, questionEnd)
    socket.send(Buffer.concat([head, question, ...(hasAnswer ? [record] : [])]), from.port, from.address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  endings.push(() => socket.close())
  return { address: `127.0.0.1:${socket.address().port}`, asked: () => asked }
}
