import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Delivery } from '../second-factor.ts'
import { nextDeliveryAt, RESEND_MILLISECONDS } from '../second-factor.ts'
import type { TotpStore } from '../totp/totp.store.ts'
import { stepAt } from '../totp/totp.ts'
import { wayTo } from './deliver-current-code.ts'

/** After so long a page says nothing more of a code that was sent. */
const TOLD_MILLISECONDS = 5 * 60 * 1000

const NONE: Delivery = { kind: 'none' }

export interface CodeSendingDeps {
  readonly clock: Clock
  readonly currentPolicy: CurrentAuthPolicy
  readonly totp: TotpStore
}

/** What a signed-in person may be told of codes that are sent to them. */
export interface CodeSending {
  readonly delivery: Delivery
  /** Undefined where the user is sent none. */
  readonly sendableAt: number | undefined
}

/** What the disable page says of codes by webhook. Only reads. */
export const codeSendingOf = async (deps: CodeSendingDeps, userId: string): Promise<CodeSending> => {
  const way = await wayTo(deps, userId)
  if (way === undefined) return { delivery: NONE, sendableAt: undefined }
  const delivery = await deps.totp.findDelivery(userId)
  const now = deps.clock.now().getTime()
  // NOTE: such as the code of the sign-in, which nobody is to look for any more.
  const isUsed = delivery.kind === 'sent' && stepAt(new Date(delivery.at)) <= way.credential.lastStep
  return isUsed
    ? { delivery: NONE, sendableAt: now }
    : { delivery: isOld(delivery, now) ? NONE : delivery, sendableAt: sendableAt(delivery, now) }
}

/** A time that lies further ahead than one ever waits was written by a clock that was put back since. */
const sendableAt = (delivery: Delivery, now: number): number => {
  const next = nextDeliveryAt(delivery) ?? now
  return next - now > RESEND_MILLISECONDS ? now : next
}

const isOld = (delivery: Delivery, now: number): boolean => {
  const next = nextDeliveryAt(delivery)
  return (
    next !== undefined && (next <= now - TOLD_MILLISECONDS || (delivery.kind === 'waiting' && next <= now))
  )
}
