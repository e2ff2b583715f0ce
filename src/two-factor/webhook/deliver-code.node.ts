import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import type { WebhookSettings } from '../../auth-config/auth-config.ts'
import { isForbiddenAddress } from '../../outbound/forbidden-address.node.ts'
import type { ResolveHostOptions } from '../../outbound/resolve-host.node.ts'
import { resolveHost } from '../../outbound/resolve-host.node.ts'
import type { CodeMessage, DeliverCode, DeliveryOutcome } from './code-delivery.ts'

/** A person waits for the answer, so no setting may make it longer. */
const LONGEST_TIMEOUT_MILLISECONDS = 10_000

/** Each delivery in flight holds a socket; beyond this many the receiver is down anyway, and the page says so at once. */
const MOST_IN_FLIGHT = 100

/** Of the receiver's answer only the status counts. */
const LARGEST_HEAD_BYTES = 16 * 1024

/** Set by what is sent, whatever the operator's headers say. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['content-type', 'content-length', 'host', 'connection'])

/** Delivers by one POST over a connection of its own; see {@link DeliverCode} for what it promises. */
export const createCodeDelivery = (options: ResolveHostOptions = {}): DeliverCode => {
  let inFlight = 0
  return async (webhook, message) => {
    if (inFlight >= MOST_IN_FLIGHT) return failed('busy')
    inFlight += 1
    try {
      return await deliverWithin(webhook, message, options)
    } finally {
      inFlight -= 1
    }
  }
}

const deliverWithin = async (
  webhook: WebhookSettings,
  message: CodeMessage,
  options: ResolveHostOptions,
): Promise<DeliveryOutcome> => {
  const controller = new AbortController()
  const milliseconds = Math.min(webhook.timeoutMilliseconds, LONGEST_TIMEOUT_MILLISECONDS)
  const late = Promise.withResolvers<DeliveryOutcome>()
  const timeout = setTimeout(() => {
    controller.abort()
    late.resolve(failed('timeout'))
  }, milliseconds)
  try {
    // NOTE: a race, since neither undici nor c-ares stops on a signal at every point (undici: while it connects).
    return await Promise.race([deliver(webhook, message, controller.signal, options), late.promise])
  } finally {
    clearTimeout(timeout)
  }
}

const deliver = async (
  webhook: WebhookSettings,
  message: CodeMessage,
  signal: AbortSignal,
  options: ResolveHostOptions,
): Promise<DeliveryOutcome> => {
  if (!URL.canParse(webhook.endpoint)) return failed('refused-url')
  const url = new URL(webhook.endpoint)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return failed('refused-scheme')
  const known = await resolveHost(url.hostname, signal, options)
  if (signal.aborted) return failed('timeout')
  if (known.length === 0) return failed('unknown-host')
  const addresses = known.filter((address) => !isForbiddenAddress(address))
  if (addresses.length === 0) return failed('refused-address')

  // NOTE: undici's own request, since fetch adds headers of its own and would follow redirects unless told.
  // Loaded by the first delivery: 4 MB that a server without a webhook does not need.
  const { Agent, request } = await import('undici')
  const agent = new Agent({
    connections: 1,
    pipelining: 0,
    maxHeaderSize: LARGEST_HEAD_BYTES,
    connect: { lookup: lookupOnly(addresses), timeout: webhook.timeoutMilliseconds },
  })
  try {
    const response = await request(url, {
      method: 'POST',
      dispatcher: agent,
      signal,
      headers: headersOf(webhook),
      body: JSON.stringify({ user: message.user, token: message.token }),
    })
    response.body.on('error', () => {})
    response.body.destroy()
    const status = response.statusCode
    return status >= 200 && status < 300 ? { kind: 'delivered', status } : failed(`status-${status}`)
  } catch {
    return failed('connection-failed')
  } finally {
    // NOTE: not awaited: a receiver that never closes its side must not hold the page.
    agent.destroy().catch(() => {})
  }
}

const failed = (reason: string): DeliveryOutcome => ({ kind: 'failed', reason })

const headersOf = (webhook: WebhookSettings): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(webhook.headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())),
  ),
  'content-type': 'application/json',
})

/** Answers with the checked addresses and nothing else, so that a name cannot mean another host when it is asked again. */
const lookupOnly =
  (addresses: readonly string[]): LookupFunction =>
  (_hostname, options, callback) => {
    const found = addresses.map((address) => ({ address, family: isIP(address) }))
    const [first] = found
    if (options.all === true) callback(null, found)
    else if (first !== undefined) callback(null, first.address, first.family)
  }
