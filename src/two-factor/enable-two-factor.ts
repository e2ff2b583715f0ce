import type { CurrentAuthPolicy } from '../auth-config/auth-config.ts'
import type { Random } from '../kernel/random.ts'
import { isRecent } from '../sessions/browser-session.ts'
import type { ChangeTwoFactorDeps, ChangingSession, Refusal, TwoFactorChange } from './change-two-factor.ts'
import { failureOf, stepsOfChange } from './change-two-factor.ts'
import { fromBase32, newBase32Secret } from './totp/base32.ts'
import type { PendingTotp } from './totp/totp.store.ts'
import { matchStep, readCode } from './totp/totp.ts'
import { totpGuess } from './totp/totp-factor.ts'

/** How long a secret that was shown may wait for its first code. */
const PENDING_MILLISECONDS = 15 * 60 * 1000

export interface EnableTwoFactorDeps extends ChangeTwoFactorDeps {
  readonly random: Random
  readonly currentPolicy: CurrentAuthPolicy
}

export type Enrolment =
  | { readonly kind: 'already-enabled' }
  /** The sign-in is older than ten minutes: whoever sits there now must know the password. */
  | { readonly kind: 'needs-password' }
  | { readonly kind: 'pending'; readonly pending: PendingTotp }

/**
 * The secret this session may confirm: the live one it was shown before, or a new one of 160 bits, which lives 15 minutes.
 * `transport`: how codes shall be sent, null for not at all; where left out, what was said before stays.
 */
export const openEnrolment = async (
  deps: EnableTwoFactorDeps,
  session: ChangingSession,
  transport?: string | null,
): Promise<Enrolment> => {
  const now = deps.clock.now()
  const refusal = await refuseEnrolment(deps, session, now)
  if (refusal !== undefined) return refusal
  const { userId } = session
  const sessionId = enrolmentIdOf(session)
  const live = await deps.totp.findPending(sessionId, userId, now)
  if (live !== undefined && (transport === undefined || (transport ?? undefined) === live.transport))
    return { kind: 'pending', pending: live }
  const fresh = () => ({
    sessionId,
    userId,
    secret: newBase32Secret(deps.random),
    expiresAt: now.getTime() + PENDING_MILLISECONDS,
  })
  const pending = { ...(live ?? fresh()), transport: transport ?? undefined }
  return { kind: 'pending', pending: await deps.totp.openPending(pending, now) }
}

const enrolmentIdOf = ({ id, cookieHash, enrolmentId }: ChangingSession): string =>
  enrolmentId ?? cookieHash ?? id

export type EnableOutcome =
  | { readonly kind: 'enabled' | 'already-enabled' | 'needs-password' | 'wrong' }
  /** The secret that was shown is gone: a new one has to be scanned. */
  | { readonly kind: 'expired' }
  | Refusal

/**
 * Makes the session's pending secret the active one when the answer is a code of it. The secret, the used step, the end
 * of other sessions and the record are one transaction; of several at once one commits. The code is used up by it: it
 * does not sign in afterwards. Wrong codes are counted on the budget that signing in uses.
 */
export const enableTwoFactor = async (
  deps: EnableTwoFactorDeps,
  change: TwoFactorChange,
): Promise<EnableOutcome> => {
  const { session } = change
  const now = deps.clock.now()
  const guess = totpGuess({ ...deviceOf(change), userId: session.userId, origin: change.origin })
  const refusal = await refuseEnrolment(deps, session, now)
  if (refusal !== undefined) return refusal
  const state = await deps.throttle.state(guess)
  if (state.kind !== 'open') return state
  const pending = await deps.totp.findPending(enrolmentIdOf(session), session.userId, now)
  if (pending === undefined) return { kind: 'expired' }

  const code = readCode(change.answer)
  const { validPastTokensCount } = await deps.currentPolicy()
  const key = { bytes: fromBase32(pending.secret), algorithm: 'SHA1' } as const
  const step = code === undefined ? undefined : matchStep(key, code, now, validPastTokensCount)
  if (step === undefined) {
    const reason = code === undefined ? 'malformed' : 'wrong'
    const counted = await deps.throttle.failed(guess, [
      deps.auditLog.step(failureOf('two-factor-enable', change, reason)),
    ])
    return counted.kind === 'open' ? { kind: 'wrong' } : counted
  }

  const outcome = await deps.transact([
    ...deps.newUserVersion(session.userId, now),
    ...deps.throttle.succeededSteps(guess),
    deps.totp.takePending(pending, now),
    deps.totp.dropPendingOf(session.userId),
    deps.totp.enable(session.userId, pending.secret, step, now, pending.transport),
    ...stepsOfChange(deps, 'two-factor-enable', change, now),
  ])
  if (outcome.kind === 'committed') return { kind: 'enabled' }
  // NOTE: refused by another confirmation of the same secret, by a block meanwhile, or by the secret's or session's end.
  if ((await deps.totp.find(session.userId))?.key !== undefined) return { kind: 'already-enabled' }
  const blocked = await deps.throttle.state(guess)
  return blocked.kind === 'open' ? { kind: 'expired' } : blocked
}

const refuseEnrolment = async (
  deps: EnableTwoFactorDeps,
  session: ChangingSession,
  now: Date,
): Promise<{ readonly kind: 'already-enabled' | 'needs-password' } | undefined> => {
  if ((await deps.totp.find(session.userId))?.key !== undefined) return { kind: 'already-enabled' }
  return isRecent(session, now) ? undefined : { kind: 'needs-password' }
}

const deviceOf = ({ deviceId }: TwoFactorChange): { readonly deviceId?: string } =>
  deviceId === undefined ? {} : { deviceId }
