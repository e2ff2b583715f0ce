import type { AccountStore } from '../accounts/account.store.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { Transact } from '../kernel/transact.ts'
import type { SessionStore } from '../sessions/session.store.ts'
import type { BrowserSession } from '../sessions/session.ts'
import type { SecondFactor } from '../two-factor/second-factor.ts'
import { enrolledFactors } from './enrolled-factors.ts'
import type { Blocked, ProvePasswordDeps } from './prove-password.ts'
import { checkPassword } from './prove-password.ts'

export interface ReprovePasswordDeps extends Omit<ProvePasswordDeps, 'accounts' | 'devices'> {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly sessions: Pick<SessionStore, 'renewStep'>
  readonly factors: readonly SecondFactor[]
  readonly transact: Transact
}

export type Reproof = { readonly kind: 'proven' } | { readonly kind: 'wrong' } | Blocked

/**
 * Asks the user of a session for the password once more, counted like every other answer. The session counts as just
 * signed in from then on, unless the user has a second factor: a password alone renews nothing then.
 */
export const reprovePassword = async (
  deps: ReprovePasswordDeps,
  session: BrowserSession,
  password: string,
  origin: RequestOrigin,
  deviceId: string | undefined,
): Promise<Reproof> => {
  const account = await deps.accounts.find(session.userId)
  const verdict = await checkPassword(deps, { account, guessed: session.userId, password, origin, deviceId })
  if (verdict.kind === 'inactive') return { kind: 'wrong' }
  if (verdict.kind !== 'proven') return verdict

  const { proof } = verdict
  const enrolled = await enrolledFactors(deps.factors, session.userId)
  const proven = [
    ...session.proven.filter(({ factor }) => factor !== proof.factor),
    { factor: proof.factor, at: proof.at },
  ]
  const outcome = await deps.transact([
    ...proof.use,
    ...(enrolled.length > 0 ? [] : [deps.sessions.renewStep(session.id, proven, new Date(proof.at))]),
    deps.auditLog.step({
      event: 'password-check',
      outcome: 'success',
      userId: session.userId,
      actor: `User/${session.userId}`,
      factor: proof.factor,
      origin,
    }),
  ])
  if (outcome.kind === 'committed') return { kind: 'proven' }
  const refusal = await verdict.refused()
  return refusal.kind === 'inactive' ? { kind: 'wrong' } : refusal
}
