import type { WebhookSettings } from '../../auth-config/auth-config.ts'
import type { JsonObject } from '../../kernel/json.ts'

/** Exactly what the webhook's body holds. */
export interface CodeMessage {
  /** The User document with `twoFactor: {enabled, transport?}` and without any secret. */
  readonly user: JsonObject
  /** Six digits, as a string: leading zeros are digits. */
  readonly token: string
  /** A call that an administrator asked for: the body says `test`, and the code is nobody's. */
  readonly isTest?: true
}

/** `reason` is for the audit log: `timeout`, `refused-address`, `status-500` … Never what the receiver said. */
export type DeliveryOutcome =
  | { readonly kind: 'delivered'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: string }

/**
 * Sends a code once, without retry, and answers within the webhook's timeout whatever the receiver does.
 * Never throws and never shows a header value, the code or the receiver's answer.
 */
export type DeliverCode = (webhook: WebhookSettings, message: CodeMessage) => Promise<DeliveryOutcome>
