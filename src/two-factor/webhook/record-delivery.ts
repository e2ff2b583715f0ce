import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { WebhookSettings } from '../../auth-config/auth-config.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import type { CodeMessage, DeliverCode, DeliveryOutcome } from './code-delivery.ts'

export interface CallReceiverDeps {
  readonly deliverCode: DeliverCode
  readonly auditLog: AuditLog
  readonly clock: Clock
}

/** Whom a delivery is for, or who asked for a test. */
export interface DeliveryParties {
  readonly userId?: string
  readonly actor?: string
  readonly origin: RequestOrigin
}

/** One call of the receiver, and the record of it: the host, the status and how long it took, never what was said. */
export const deliverAndRecord = async (
  { deliverCode, auditLog, clock }: CallReceiverDeps,
  webhook: WebhookSettings,
  message: CodeMessage,
  parties: DeliveryParties,
): Promise<{ readonly outcome: DeliveryOutcome; readonly milliseconds: number }> => {
  const startedAt = clock.now().getTime()
  const outcome = await deliverCode(webhook, message)
  // NOTE: a clock may be put back meanwhile.
  const milliseconds = Math.max(0, clock.now().getTime() - startedAt)
  const status = statusOf(outcome)
  await auditLog.record({
    event: 'two-factor-delivery',
    factor: 'totp',
    ...parties,
    ...(outcome.kind === 'delivered'
      ? { outcome: 'success' as const }
      : { outcome: 'failure' as const, reason: outcome.reason }),
    detail: {
      host: new URL(webhook.endpoint).host,
      milliseconds,
      ...(status === undefined ? {} : { status }),
      ...(message.isTest === true ? { test: true } : {}),
    },
  })
  return { outcome, milliseconds }
}

/** What the receiver answered, also where that is no success. */
export const statusOf = (outcome: DeliveryOutcome): number | undefined => {
  if (outcome.kind === 'delivered') return outcome.status
  const status = /^status-(\d{3})$/.exec(outcome.reason)?.[1]
  return status === undefined ? undefined : Number(status)
}
