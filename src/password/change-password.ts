import type { AccountStore } from '../accounts/account.store.ts'
import { faultOfPassword } from '../accounts/password-policy.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { Blocked, ProvePasswordDeps } from '../sign-in/prove-password.ts'
import { checkPassword } from '../sign-in/prove-password.ts'

export interface ChangePasswordDeps extends Omit<ProvePasswordDeps, 'accounts' | 'devices'> {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly passwordMinLength: number
  /** Refuses the transaction when the session ended meanwhile. */
  readonly aliveGuard: (sessionId: string, now: Date) => WriteStep
  readonly endSessionsOf: (userId: string, reason: string, at: Date) => readonly WriteStep[]
  /** Makes strangers of the browsers that know the user, except this device. */
  readonly forgetDevicesOf: (userId: string, exceptDeviceId?: string) => readonly WriteStep[]
}

/** What a signed-in person sends. Whose password it is only the session says. */
export interface PasswordChange {
  readonly session: { readonly id: string; readonly userId: string; readonly clientId?: string }
  /** As typed; not a byte of either is changed. */
  readonly currentPassword: string
  readonly newPassword: string
  readonly origin: RequestOrigin
  readonly deviceId: string | undefined
}

export type ChangeOutcome =
  | { readonly kind: 'changed' | 'wrong-current' | 'unchanged' | 'not-good-enough' }
  | Blocked

/**
 * Replaces the password of whoever proves the current one, counted like every other answer: a stolen session alone must
 * not take the account over. One transaction replaces the password, ends all sessions and tokens of the user, the caller's
 * among them, and makes strangers of all browsers but this one; of any number of changes at once one commits.
 * @throws {Problem} unavailable — too many passwords are being checked
 */
export const changePassword = async (
  deps: ChangePasswordDeps,
  change: PasswordChange,
): Promise<ChangeOutcome> => {
  const { session, currentPassword, newPassword, origin, deviceId } = change
  const { userId } = session
  const event = {
    event: 'password-change',
    userId,
    ...(session.clientId === undefined ? {} : { clientId: session.clientId }),
    actor: `User/${userId}`,
    factor: 'password',
    origin,
  } satisfies Partial<AuditEvent>
  const refused = (reason: string): Promise<void> =>
    deps.auditLog.record({ ...event, outcome: 'failure', reason })

  if (faultOfPassword(newPassword, deps.passwordMinLength) !== undefined) {
    await refused('policy-violation')
    return { kind: 'not-good-enough' }
  }
  const account = await deps.accounts.find(userId)
  const password = currentPassword
  const verdict = await checkPassword(deps, { account, guessed: userId, password, origin, deviceId })
  if (verdict.kind === 'throttled' || verdict.kind === 'disabled') return verdict
  if (verdict.kind !== 'proven') return { kind: 'wrong-current' }
  if (newPassword === currentPassword) {
    // NOTE: tells that the password is right, so a budget that was used up meanwhile must hold here too.
    if (!(await verdict.settle())) return refusalOf(await verdict.refused())
    await refused('unchanged')
    return { kind: 'unchanged' }
  }

  const hash = await deps.hasher.hash(newPassword)
  const at = deps.clock.now()
  const outcome = await deps.transact([
    // NOTE: the password first, so that two changes at once wait for each other here and not at the sessions.
    ...verdict.replaceSteps(hash, at),
    deps.aliveGuard(session.id, at),
    ...deps.endSessionsOf(userId, 'password-changed', at),
    ...deps.forgetDevicesOf(userId, deviceId),
    deps.auditLog.step({ ...event, outcome: 'success' }),
  ])
  return outcome.kind === 'committed' ? { kind: 'changed' } : refusalOf(await verdict.refused())
}

const refusalOf = (refusal: { readonly kind: 'wrong' | 'inactive' } | Blocked): ChangeOutcome =>
  refusal.kind === 'throttled' || refusal.kind === 'disabled' ? refusal : { kind: 'wrong-current' }
