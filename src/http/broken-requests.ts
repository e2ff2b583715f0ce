import type { ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { RequestError } from '@hono/node-server'
import type { Logger } from '../kernel/logger.ts'
import type { Random } from '../kernel/random.ts'
import { requestIds } from './request-ids.ts'
import { securityHeaders } from './security-headers.ts'

interface BrokenRequestsDeps {
  readonly isHttps: boolean
  readonly logger: Logger
  readonly random: Random
}

/** Why a request never reached a route. */
interface Fault {
  readonly status: number
  readonly description: string
}

const NO_HTTP: Fault = { status: 400, description: 'this is no HTTP/1.1 request' }

export const NO_HOST: Fault = {
  status: 400,
  description: 'expected HTTP/1.1 with one Host header, or HTTP/1.0',
}

export const UNKNOWN_EXPECTATION: Fault = { status: 417, description: 'Expect may only be 100-continue' }

const FAULTS: Readonly<Record<string, Fault>> = {
  HPE_HEADER_OVERFLOW: { status: 431, description: 'the address and headers are too long' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, description: 'the chunk extensions are too long' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, description: 'the request was not complete in time' },
}

const BAD_TARGET: Fault = { status: 400, description: 'the Host header or the address is not valid' }

const BUG: Fault = { status: 500, description: 'something went wrong here' }

export interface BrokenRequests {
  /** For what the adapter could make no request of. */
  readonly answer: (error: unknown) => Response
  readonly answerOn: (outgoing: ServerResponse, fault: Fault) => void
  /** For what is no HTTP: an answer where the other side may still read one, then the connection ends. */
  readonly refuse: (error: Error & { readonly code?: string }, socket: Duplex) => void
}

/** Answers to what no route sees: they name the fault, and carry the headers and the request id of every answer. */
export const brokenRequests = ({ isHttps, logger, random }: BrokenRequestsDeps): BrokenRequests => {
  const nextRequestId = requestIds(random)

  const tell = ({ status, description }: Fault, address: string | undefined, bug?: Error) => {
    const requestId = nextRequestId()
    if (bug === undefined) logger.info({ requestId, status, address, fault: description }, 'request refused')
    else logger.error({ requestId, status, err: bug }, 'unexpected error')
    const body = JSON.stringify({
      error: status < 500 ? 'invalid_request' : 'server_error',
      error_description: description,
    })
    const headers = {
      ...securityHeaders(isHttps),
      'X-Request-Id': requestId,
      'Content-Type': 'application/json',
      'Content-Length': String(Buffer.byteLength(body)),
    }
    return { status, headers, body }
  }

  return {
    answer: (error) => {
      const isBug = !(error instanceof RequestError)
      const bug = error instanceof Error ? error : new Error(String(error))
      const { status, headers, body } = isBug ? tell(BUG, undefined, bug) : tell(BAD_TARGET, undefined)
      return new Response(body, { status, headers })
    },

    answerOn: (outgoing, fault) => {
      const { status, headers, body } = tell(fault, outgoing.socket?.remoteAddress)
      outgoing.writeHead(status, { ...headers, Connection: 'close' }).end(body)
    },

    refuse: (error, socket) => {
      if (error.code === 'ECONNRESET' || !socket.writable) {
        socket.destroy()
        return
      }
      const fault = FAULTS[error.code ?? ''] ?? NO_HTTP
      const { status, headers, body } = tell(fault, (socket as Socket).remoteAddress)
      const lines = Object.entries({ ...headers, Connection: 'close' }).map(
        ([name, value]) => `${name}: ${value}\r\n`,
      )
      // NOTE: `end` alone would leave a socket whose peer never closes its half.
      socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`, () =>
        socket.destroy(),
      )
    },
  }
}
