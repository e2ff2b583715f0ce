import type { Throttle } from '../accounts/throttle.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { AuditLog } from '../audit/audit-log.store.ts'
import type { Clock } from '../kernel/clock.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { Transact, WriteStep } from '../kernel/transact.ts'
import type { BrowserSession } from '../sessions/session.ts'
import type { TotpStore } from './totp/totp.store.ts'

/** Who changes a second factor: a signed-in browser, or an app's token that stands for its user. */
export interface ChangingSession
  extends Pick<BrowserSession, 'id' | 'userId' | 'authenticatedAt' | 'cookieHash'> {
  /** What a pending secret is bound to, where not to the cookie: the tokens of one authorization share theirs. */
  readonly enrolmentId?: string
  /** Of the app. */
  readonly clientId?: string
}

/** What a signed-in person sends to enable or disable. Whose account it is only the session says. */
export interface TwoFactorChange {
  readonly session: ChangingSession
  /** As typed. */
  readonly answer: string
  readonly endsOtherSessions: boolean
  readonly origin: RequestOrigin
  readonly deviceId: string | undefined
}

export interface ChangeTwoFactorDeps {
  readonly clock: Clock
  readonly transact: Transact
  readonly totp: TotpStore
  readonly throttle: Throttle
  readonly auditLog: AuditLog
  /** Makes a new version of the User, so that nobody who read it before overwrites the change. Comes first. */
  readonly newUserVersion: (userId: string, at: Date) => readonly WriteStep[]
  /** Refuses the transaction when the session ended meanwhile. */
  readonly aliveGuard: (sessionId: string, now: Date) => WriteStep
  /** Ends the user's other sessions and all tokens that do not hang on this one. */
  readonly endOtherSessions: (
    userId: string,
    reason: string,
    at: Date,
    exceptSessionId: string,
  ) => readonly WriteStep[]
  /** Makes strangers of the browsers that know the user, except this device. */
  readonly forgetDevicesOf: (userId: string, exceptDeviceId?: string) => readonly WriteStep[]
}

/** Nothing was tried: too many wrong codes came before. */
export type Refusal =
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** Until an administrator resets the factor. */
  | { readonly kind: 'disabled' }

/** What belongs to the transaction of every change: who asks for it, who else is signed out, and the record of it. */
export const stepsOfChange = (
  deps: ChangeTwoFactorDeps,
  event: 'two-factor-enable' | 'two-factor-disable',
  change: TwoFactorChange,
  at: Date,
): readonly WriteStep[] => {
  const { session, deviceId, endsOtherSessions } = change
  // NOTE: each device has its own budget of wrong codes. Those made by the password alone, of which somebody who knows it
  // can make any number beforehand, must not count as known once a code is asked for.
  const isStrangerToFactor = event === 'two-factor-enable'
  return [
    // NOTE: a request may take half a minute to arrive; one sent before the owner signed out must not come true after.
    deps.aliveGuard(session.id, at),
    ...(endsOtherSessions ? deps.endOtherSessions(session.userId, event, at, session.id) : []),
    ...(endsOtherSessions || isStrangerToFactor ? deps.forgetDevicesOf(session.userId, deviceId) : []),
    deps.auditLog.step({
      ...eventOf(event, change),
      outcome: 'success',
      detail: { endedOtherSessions: endsOtherSessions },
    }),
  ]
}

/** The record of a change that did not happen, with the real reason. */
export const failureOf = (
  event: 'two-factor-enable' | 'two-factor-disable',
  change: TwoFactorChange,
  reason: string,
): AuditEvent => ({ ...eventOf(event, change), outcome: 'failure', reason })

const eventOf = (event: AuditEvent['event'], { session, origin }: TwoFactorChange) => ({
  event,
  userId: session.userId,
  ...(session.clientId === undefined ? {} : { clientId: session.clientId }),
  actor: `User/${session.userId}`,
  factor: 'totp',
  origin,
})
