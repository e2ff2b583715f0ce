// HTTPS on a free port: what a terminator in front of Countersign does, and what an application of its own may use.
import { readFileSync } from 'node:fs'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Agent, request as sendRequest } from 'node:http'
import { createServer } from 'node:https'
import { pipeline } from 'node:stream'
import { atEnd } from './endings.ts'
import type { TlsAuthority } from './tls-authority.ts'

/** Serves HTTPS on a port of 127.0.0.1, which is the answer. */
export function listenHttps(authority: TlsAuthority, handle: RequestListener): Promise<number> {
  const credentials = {
    key: readFileSync(authority.keyFile),
    cert: readFileSync(authority.certificateFile),
  }
  const server = createServer(credentials, handle)
  atEnd(() => {
    server.close()
    server.closeAllConnections()
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

/** Passes each request on over plain HTTP, appending the address it came from, as a reverse proxy does. */
export function createTlsTerminator(upstreamPort: () => number): RequestListener {
  const agent = new Agent({ keepAlive: true })
  atEnd(() => agent.destroy())
  return (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { 'x-forwarded-for': before, connection: _, ...headers } = incoming.headers
    const from = incoming.socket.remoteAddress ?? ''
    const upstream = sendRequest(
      {
        agent,
        host: '127.0.0.1',
        port: upstreamPort(),
        method: incoming.method,
        path: incoming.url,
        headers: { ...headers, 'x-forwarded-for': before === undefined ? from : `${before}, ${from}` },
      },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
        pipeline(answer, outgoing, () => {})
      },
    )
    upstream.on('error', () => {
      if (!outgoing.headersSent) outgoing.writeHead(502)
      outgoing.end()
    })
    pipeline(incoming, upstream, () => {})
  }
}
