import type { AuditLog } from '../audit/audit-log.store.ts'
import type { Clock } from '../kernel/clock.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { Transact, WriteStep } from '../kernel/transact.ts'
import { commit } from '../kernel/transact.ts'
import type { SecondFactor } from './second-factor.ts'

export interface ResetTwoFactorDeps {
  /** All that are installed. */
  readonly factors: readonly Pick<SecondFactor, 'isEnrolled' | 'resetSteps'>[]
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
  /** Makes a new version of the User, so that nobody who read it before overwrites the change. Comes first. */
  readonly newUserVersion: (userId: string, at: Date) => readonly WriteStep[]
  /** Ends the user's sessions and tokens, except those of one browser session, and sign-ins under way. */
  readonly endSessionsOf: (
    userId: string,
    reason: string,
    at: Date,
    exceptSessionId?: string,
  ) => readonly WriteStep[]
  readonly forgetDevicesOf: (userId: string) => readonly WriteStep[]
}

export interface ResetTwoFactorRequest {
  readonly userId: string
  /** Why, in the administrator's words. */
  readonly reason: string
  readonly actor: string
  /** Of the administrator, where they reset their own. */
  readonly ownSessionId: string | undefined
  readonly origin: RequestOrigin
}

/**
 * For somebody who lost their second factor: takes away every one of theirs, also what was only shown, and ends their
 * sessions, in the transaction that says who did it and why. The password stays and signs in alone from then on.
 */
export const resetTwoFactor = async (
  deps: ResetTwoFactorDeps,
  { userId, reason, actor, ownSessionId, origin }: ResetTwoFactorRequest,
): Promise<void> => {
  const at = deps.clock.now()
  const enrolled = await Promise.all(deps.factors.map((factor) => factor.isEnrolled(userId)))
  await commit(deps.transact, [
    ...deps.newUserVersion(userId, at),
    ...deps.factors.flatMap((factor) => factor.resetSteps(userId, at)),
    ...deps.endSessionsOf(userId, 'two-factor-reset', at, ownSessionId),
    ...deps.forgetDevicesOf(userId),
    deps.auditLog.step({
      event: 'two-factor-reset',
      outcome: 'success',
      userId,
      actor,
      origin,
      detail: { reason, wasEnabled: enrolled.includes(true) },
    }),
  ])
}
