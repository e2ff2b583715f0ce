import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { getRequestListener, RequestError } from '@hono/node-server'
import type { Logger } from '../kernel/logger.ts'
import { securityHeaders } from './security-headers.ts'

type Fetch = (request: Request, env: object) => Response | Promise<Response>

export interface ServeOptions {
  readonly fetch: Fetch
  /** 0 picks a free one. */
  readonly port: number
  readonly host: string
  readonly isHttps: boolean
  readonly logger: Logger
  /** Shorter ones are for tests. */
  readonly limits?: Partial<ServerLimits>
}

export interface ServerLimits {
  /** Until the headers must be complete: what holds off slowloris. */
  readonly headersMilliseconds: number
  /** Until the body must be complete. */
  readonly requestMilliseconds: number
  /** How long an idle connection is kept, and one whose reader stands still. */
  readonly idleMilliseconds: number
  /** How often the limits are looked at. */
  readonly checkMilliseconds: number
  /** How long in-flight requests may take to finish when the server stops. */
  readonly drainMilliseconds: number
}

const LIMITS: ServerLimits = {
  headersMilliseconds: 10_000,
  requestMilliseconds: 30_000,
  idleMilliseconds: 60_000,
  checkMilliseconds: 2_000,
  drainMilliseconds: 8_000,
}

const MAX_HEADER_BYTES = 16 * 1024

export interface RunningServer {
  readonly port: number
  /**
   * Accepts nothing more, lets requests in flight finish, closes idle connections at once.
   * Resolves when no connection is left; those that take too long are cut.
   */
  stop(): Promise<void>
}

/** Listens. @throws {Error} EADDRINUSE and the like */
export const serve = async (options: ServeOptions): Promise<RunningServer> => {
  const limits = { ...LIMITS, ...options.limits }
  const headers = securityHeaders(options.isHttps)
  const listener = getRequestListener((request, env) => options.fetch(request, env), {
    hostname: 'localhost',
    errorHandler: (error) => answerBrokenRequest(error, headers, options.logger),
  })
  let isStopping = false
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: limits.headersMilliseconds,
      requestTimeout: limits.requestMilliseconds,
      keepAliveTimeout: limits.idleMilliseconds,
      connectionsCheckingInterval: limits.checkMilliseconds,
    },
    (incoming: IncomingMessage, outgoing: ServerResponse) => {
      if (!isHttp(incoming)) {
        outgoing.writeHead(400, { ...headers, Connection: 'close' }).end()
        return
      }
      if (isStopping) outgoing.setHeader('Connection', 'close')
      void listener(incoming, outgoing)
    },
  )
  server.setTimeout(limits.idleMilliseconds)
  server.on('clientError', (error, socket) => refuse(error, socket, headers))
  await listening(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      isStopping = true
      return drain(server, limits.drainMilliseconds)
    },
  }
}

/** HTTP/0.9 is too old to answer, and with two Hosts (RFC 9112 §3.2) a proxy may have read the other one. */
const isHttp = ({ httpVersionMajor, rawHeaders }: IncomingMessage): boolean =>
  httpVersionMajor === 1 &&
  rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length < 2

const listening = (server: Server, { port, host }: ServeOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host, backlog: 1024 }, () => {
      server.off('error', reject)
      resolve()
    })
  })

const drain = (server: Server, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    // NOTE: a kept connection becomes idle when its answer is sent, which only this notices.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    const cut = setTimeout(() => server.closeAllConnections(), milliseconds)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cut)
      resolve()
    })
    server.closeIdleConnections()
  })

/** What the adapter could not make a request of: an impossible Host or target. */
const answerBrokenRequest = (
  error: unknown,
  headers: Readonly<Record<string, string>>,
  logger: Logger,
): Response => {
  if (error instanceof RequestError)
    return Response.json(
      { error: 'invalid_request', error_description: 'The Host header or the address is not valid' },
      { status: 400, headers: { ...headers } },
    )
  logger.error({ err: error instanceof Error ? error : new Error(String(error)) }, 'unexpected error')
  return Response.json({ error: 'server_error' }, { status: 500, headers: { ...headers } })
}

const STATUS_LINES: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Content Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** What is no HTTP: a status line where the other side may still read one, then the connection ends. */
const refuse = (
  error: Error & { readonly code?: string },
  socket: Duplex,
  headers: Readonly<Record<string, string>>,
): void => {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const status = STATUS_LINES[error.code ?? ''] ?? '400 Bad Request'
  // NOTE: `end` alone would leave a socket whose peer never closes its half.
  socket.end(`HTTP/1.1 ${status}\r\n${lines.join('')}Content-Length: 0\r\nConnection: close\r\n\r\n`, () =>
    socket.destroy(),
  )
}
