import type { ChangeTwoFactorDeps, Refusal, TwoFactorChange } from './change-two-factor.ts'
import { failureOf, stepsOfChange } from './change-two-factor.ts'
import type { FactorAnswer, SecondFactor } from './second-factor.ts'

export interface DisableTwoFactorDeps extends ChangeTwoFactorDeps {
  readonly factor: SecondFactor
}

export type DisableOutcome = { readonly kind: 'switched-off' | 'already-off' | 'wrong' } | Refusal

/**
 * Forgets the active secret when the answer is a code of it, never for the session alone: a stolen cookie must not weaken
 * the account. Using up the code, forgetting, the end of other sessions and the record are one transaction.
 */
export const disableTwoFactor = async (
  deps: DisableTwoFactorDeps,
  change: TwoFactorChange,
): Promise<DisableOutcome> => {
  const { session, origin, deviceId } = change
  const answer: FactorAnswer = {
    userId: session.userId,
    answer: change.answer,
    origin,
    ...(deviceId === undefined ? {} : { deviceId }),
  }
  const wrong = async (reason: string): Promise<DisableOutcome> => {
    const record = deps.auditLog.step(failureOf('two-factor-disable', change, reason))
    const counted = await deps.factor.countWrong(answer, [record])
    return counted.kind === 'counted' ? { kind: 'wrong' } : counted
  }

  const check = await deps.factor.check(answer)
  if (check.kind === 'throttled' || check.kind === 'disabled') return check
  if (check.kind === 'wrong')
    return check.reason === 'not-enrolled' ? { kind: 'already-off' } : wrong(check.reason)
  const now = deps.clock.now()
  const outcome = await deps.transact([
    ...deps.newUserVersion(session.userId, now),
    ...check.use,
    deps.totp.disable(session.userId, now),
    deps.totp.dropPendingOf(session.userId),
    ...stepsOfChange(deps, 'two-factor-disable', change, now),
  ])
  if (outcome.kind === 'committed') return { kind: 'switched-off' }
  return (await deps.factor.isEnrolled(session.userId)) ? wrong('reused') : { kind: 'already-off' }
}
