import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import type { Delivery, SecondFactor } from '../second-factor.ts'
import { nextDeliveryAt, RESEND_MILLISECONDS } from '../second-factor.ts'
import type { TotpStore } from '../totp/totp.store.ts'
import { wayTo } from './deliver-current-code.ts'

/** After so long a page says nothing more of a code that was sent. */
const TOLD_MILLISECONDS = 5 * 60 * 1000

export interface SendCodeDeps {
  readonly clock: Clock
  readonly currentPolicy: CurrentAuthPolicy
  readonly totp: TotpStore
  readonly factor: Pick<SecondFactor, 'begin'>
}

/** What a signed-in person may be told of codes that are sent to them. */
export interface CodeSending {
  readonly delivery: Delivery
  /** Undefined where the user is sent none. */
  readonly sendableAt: number | undefined
}

/** What the disable page says of codes by webhook. Only reads. */
export const codeSendingOf = async (deps: SendCodeDeps, userId: string): Promise<CodeSending> => {
  if ((await wayTo(deps, userId)) === undefined) return { delivery: { kind: 'none' }, sendableAt: undefined }
  const delivery = await deps.totp.findDelivery(userId)
  const now = deps.clock.now().getTime()
  return {
    delivery: isOld(delivery, now) ? { kind: 'none' } : delivery,
    sendableAt: sendableAt(delivery, now),
  }
}

/** Sends the user the current code, at most every 30 seconds in however many browsers it is asked for. */
export const sendCode = async (deps: SendCodeDeps, userId: string, origin: RequestOrigin): Promise<void> => {
  if ((await wayTo(deps, userId)) === undefined) return
  const before = await deps.totp.findDelivery(userId)
  const now = deps.clock.now().getTime()
  if (sendableAt(before, now) > now) return
  // NOTE: taken for failed until the answer is there, so that a crash in between does not claim a delivery.
  const claimed = { kind: 'failed', at: now } as const
  if (!(await deps.totp.replaceDelivery(userId, before, claimed))) return
  await deps.totp.replaceDelivery(userId, claimed, await deps.factor.begin(userId, origin))
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
