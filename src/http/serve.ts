import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { Logger } from '../kernel/logger.ts'
import type { Random } from '../kernel/random.ts'
import { brokenRequests, NO_HOST, UNKNOWN_EXPECTATION } from './broken-requests.ts'

type Fetch = (request: Request, env: object) => Response | Promise<Response>

export interface ServeOptions {
  readonly fetch: Fetch
  /** 0 picks a free one. */
  readonly port: number
  readonly host: string
  readonly isHttps: boolean
  readonly logger: Logger
  readonly random: Random
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
  const broken = brokenRequests(options)
  const listener = getRequestListener((request, env) => options.fetch(request, env), {
    hostname: 'localhost',
    errorHandler: broken.answer,
  })
  let isStopping = false
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      requireHostHeader: false,
      headersTimeout: limits.headersMilliseconds,
      requestTimeout: limits.requestMilliseconds,
      keepAliveTimeout: limits.idleMilliseconds,
      connectionsCheckingInterval: limits.checkMilliseconds,
    },
    (incoming: IncomingMessage, outgoing: ServerResponse) => {
      if (!isHttp(incoming)) {
        broken.answerOn(outgoing, NO_HOST)
        return
      }
      if (isStopping) outgoing.setHeader('Connection', 'close')
      void listener(incoming, outgoing)
    },
  )
  server.setTimeout(limits.idleMilliseconds)
  server.on('clientError', broken.refuse)
  server.on('checkExpectation', (_incoming, outgoing) => broken.answerOn(outgoing, UNKNOWN_EXPECTATION))
  await listening(server, options)
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => {
      isStopping = true
      return drain(server, limits.drainMilliseconds)
    },
  }
}

/** HTTP/0.9 is too old to answer, 1.1 names one Host, and with two (RFC 9112 §3.2) a proxy may have read the other one. */
const isHttp = ({ httpVersionMajor, httpVersionMinor, rawHeaders }: IncomingMessage): boolean => {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.length === 4 && rawHeaders[index]?.toLowerCase() === 'host') hosts += 1
  return httpVersionMajor === 1 && (hosts === 1 || (hosts === 0 && httpVersionMinor === 0))
}

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
