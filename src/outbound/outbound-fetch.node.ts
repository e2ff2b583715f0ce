import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import { isForbiddenAddress } from './forbidden-address.node.ts'
import type { OutboundFailure, OutboundFetch, OutboundOutcome, OutboundRequest } from './outbound-fetch.ts'
import type { ResolveHostOptions } from './resolve-host.node.ts'
import { resolveHost } from './resolve-host.node.ts'

export interface OutboundFetchOptions extends ResolveHostOptions {
  /** Each call in flight holds a socket; one more is `busy` at once. 100 where left out. */
  readonly mostInFlight?: number
}

/** Somebody may wait for the answer, so no setting may make it longer. */
const LONGEST_TIMEOUT_MILLISECONDS = 10_000
const MOST_IN_FLIGHT = 100
const LARGEST_HEAD_BYTES = 16 * 1024

/** See {@link OutboundFetch} for what it promises. One for each purpose: what hangs then keeps no other purpose busy. */
export const createOutboundFetch = (options: OutboundFetchOptions = {}): OutboundFetch => {
  const most = options.mostInFlight ?? MOST_IN_FLIGHT
  let inFlight = 0
  return async (request) => {
    if (inFlight >= most) return failed('busy')
    inFlight += 1
    try {
      return await callWithin(request, options)
    } finally {
      inFlight -= 1
    }
  }
}

const callWithin = async (
  outbound: OutboundRequest,
  options: ResolveHostOptions,
): Promise<OutboundOutcome> => {
  // NOTE: undici's own request, since fetch adds headers of its own and would follow redirects unless told.
  // Loaded by the first call: 4 MB that a server which calls nobody does not need. That takes no time from the other side.
  const undici = await import('undici')
  const controller = new AbortController()
  const late = Promise.withResolvers<OutboundOutcome>()
  const timeout = setTimeout(
    () => {
      controller.abort()
      late.resolve(failed('timeout'))
    },
    Math.min(outbound.timeoutMilliseconds, LONGEST_TIMEOUT_MILLISECONDS),
  )
  try {
    // NOTE: a race, since neither undici nor c-ares stops on a signal at every point (undici: while it connects).
    return await Promise.race([call(undici, outbound, controller.signal, options), late.promise])
  } finally {
    clearTimeout(timeout)
  }
}

const call = async (
  { Agent, request }: typeof import('undici'),
  outbound: OutboundRequest,
  signal: AbortSignal,
  options: ResolveHostOptions,
): Promise<OutboundOutcome> => {
  if (!URL.canParse(outbound.url)) return failed('refused-url')
  const url = new URL(outbound.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return failed('refused-scheme')
  const known = await resolveHost(url.hostname, signal, options)
  if (signal.aborted) return failed('timeout')
  if (known.length === 0) return failed('unknown-host')
  const addresses = known.filter((address) => !isForbiddenAddress(address))
  if (addresses.length === 0) return failed('refused-address')

  const agent = new Agent({
    connections: 1,
    pipelining: 0,
    maxHeaderSize: LARGEST_HEAD_BYTES,
    connect: { lookup: lookupOnly(addresses), timeout: outbound.timeoutMilliseconds },
  })
  try {
    const response = await request(url, {
      method: outbound.method,
      dispatcher: agent,
      signal,
      headers: outbound.headers,
      body: outbound.body ?? null,
    })
    response.body.on('error', () => {})
    const body = await readAtMost(response.body, outbound.mostBytes)
    response.body.destroy()
    return body === undefined ? failed('too-large') : { kind: 'answered', status: response.statusCode, body }
  } catch {
    return failed('connection-failed')
  } finally {
    // NOTE: not awaited: a receiver that never closes its side must not hold anybody.
    agent.destroy().catch(() => {})
  }
}

const readAtMost = async (
  body: AsyncIterable<Uint8Array>,
  mostBytes: number,
): Promise<Uint8Array | undefined> => {
  const chunks: Uint8Array[] = []
  if (mostBytes === 0) return new Uint8Array()
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > mostBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const failed = (reason: OutboundFailure): OutboundOutcome => ({ kind: 'failed', reason })

/** Answers with the checked addresses and nothing else, so that a name cannot mean another host when it is asked again. */
const lookupOnly =
  (addresses: readonly string[]): LookupFunction =>
  (_hostname, options, callback) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }))
    const [first] = found
    if (options.all === true) callback(null, found)
    else if (first !== undefined) callback(null, first.address, first.family)
  }
