import type { WebhookSettings } from '../../auth-config/auth-config.ts'
import type { OutboundFetch } from '../../outbound/outbound-fetch.ts'
import type { DeliverCode } from './code-delivery.ts'

/** Set by what is sent, whatever the operator's headers say. */
const OWN_HEADERS: ReadonlySet<string> = new Set(['content-type', 'content-length', 'host', 'connection'])

/** Delivers by one POST; see {@link DeliverCode} for what it promises. Of the receiver's answer only the status counts. */
export const createCodeDelivery =
  (fetch: OutboundFetch): DeliverCode =>
  async (webhook, message) => {
    const outcome = await fetch({
      url: webhook.endpoint,
      method: 'POST',
      headers: headersOf(webhook),
      body: JSON.stringify({
        user: message.user,
        token: message.token,
        ...(message.isTest === true ? { test: true } : {}),
      }),
      timeoutMilliseconds: webhook.timeoutMilliseconds,
      mostBytes: 0,
    })
    if (outcome.kind === 'failed') return outcome
    const { status } = outcome
    return status >= 200 && status < 300
      ? { kind: 'delivered', status }
      : { kind: 'failed', reason: `status-${status}` }
  }

const headersOf = (webhook: WebhookSettings): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(webhook.headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())),
  ),
  'content-type': 'application/json',
})
