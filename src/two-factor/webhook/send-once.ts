import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import type { Delivery } from '../second-factor.ts'
import { nextDeliveryAt, RESEND_MILLISECONDS } from '../second-factor.ts'
import type { TotpStore } from '../totp/totp.store.ts'

export interface SendOnceDeps {
  readonly clock: Clock
  readonly totp: Pick<TotpStore, 'findDelivery' | 'replaceDelivery'>
  readonly auditLog: AuditLog
}

export interface CodeToSend {
  readonly userId: string
  readonly origin: RequestOrigin
  /** Whether a code that was sent then may still be used. */
  readonly isStillGood: (sentAt: number) => boolean
  readonly send: () => Promise<Delivery>
}

/** What is known of a code that was asked for; `isNew`: it was sent, or tried, now. */
export interface Sending {
  readonly delivery: Delivery
  readonly isNew: boolean
}

/**
 * Calls the receiver at most once in 30 seconds per account, in however many sign-ins, browsers and processes it is asked for:
 * who knows a password must not ring somebody's phone all night. Answers what the account was sent last where nothing more is sent now.
 * A code that cannot be used any more keeps nobody waiting: the next is another code, and there is one in 30 seconds.
 */
export const sendOnce = async (deps: SendOnceDeps, code: CodeToSend): Promise<Sending> => {
  const { userId, origin, isStillGood, send } = code
  const before = await deps.totp.findDelivery(userId)
  const now = deps.clock.now().getTime()
  if (isLimiting(before, now) && (before.kind !== 'sent' || isStillGood(before.at))) {
    const until = nextDeliveryAt(before)
    await deps.auditLog.record({
      event: 'two-factor-delivery',
      outcome: 'failure',
      reason: 'sent-already',
      userId,
      factor: 'totp',
      origin,
      once: `sent-already ${userId} ${until}`,
    })
    return { delivery: told(before), isNew: false }
  }
  // NOTE: taken for failed until the answer is there, so that a crash in between does not claim a delivery.
  const claimed = { kind: 'failed', at: now, isUnderWay: true } as const
  if (!(await deps.totp.replaceDelivery(userId, before, claimed)))
    return { delivery: told(await deps.totp.findDelivery(userId)), isNew: false }
  const delivery = await send()
  await deps.totp.replaceDelivery(userId, claimed, delivery)
  return { delivery, isNew: true }
}

/** A time that lies further ahead than one ever waits was written by a clock that was put back since. */
const isLimiting = (delivery: Delivery, now: number): boolean => {
  if (delivery.kind !== 'sent' && delivery.kind !== 'failed') return false
  const wait = delivery.at + RESEND_MILLISECONDS - now
  return wait > 0 && wait <= RESEND_MILLISECONDS
}

/** What is said of a call that another request is making at this moment: most of them come through. */
const told = (delivery: Delivery): Delivery =>
  delivery.kind === 'failed' && delivery.isUnderWay === true ? { kind: 'sent', at: delivery.at } : delivery
