import type { Account } from '../accounts/account.ts'
import type { PasswordStore } from '../accounts/password.store.ts'
import type { PasswordHasher } from '../accounts/password-hasher.ts'
import { faultOfPassword } from '../accounts/password-policy.ts'
import type { Throttle } from '../accounts/throttle.ts'
import { nameOfBlock } from '../accounts/throttle.ts'
import { networkOf } from '../http/client-address.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import { hashSecretToken, newSecretToken } from '../kernel/secret-token.ts'
import { enrolledFactors } from '../sign-in/enrolled-factors.ts'
import type { Blocked } from '../sign-in/prove-password.ts'
import type { FactorAnswer, SecondFactor } from '../two-factor/second-factor.ts'
import type { ForceResetDeps } from './force-reset.ts'
import type { ResetToken } from './reset-token.ts'

export interface ResetPasswordDeps extends Omit<ForceResetDeps, 'passwords'> {
  readonly passwords: Pick<PasswordStore, 'setStep'>
  readonly hasher: Pick<PasswordHasher, 'hash'>
  readonly throttle: Pick<Throttle, 'resetSteps'>
  readonly factors: readonly SecondFactor[]
  readonly passwordMinLength: number
}

/** A token that is worth something now. */
export interface OpenReset {
  readonly kind: 'open'
  readonly token: ResetToken
  readonly account: Account
  /** The second factor that must be shown before; undefined where there is none, or it was shown. */
  readonly asksFor: SecondFactor | undefined
}

export type ResetRefusal = { readonly kind: 'invalid' }

/** Finds out what a token is worth. Changes nothing; that it was worth nothing is recorded, once an hour per network and reason. */
export const findReset = async (
  deps: ResetPasswordDeps,
  text: string,
  origin: RequestOrigin,
): Promise<OpenReset | ResetRefusal> => {
  const found = await judge(deps, text)
  if (found.kind === 'open') return found
  const { reason, userId } = found
  const hour = Math.floor(deps.clock.now().getTime() / 3_600_000)
  deps.auditLog.recordSoon({
    event: 'password-self-reset',
    outcome: 'failure',
    reason,
    ...(userId === undefined ? {} : { userId }),
    origin,
    once: ['reset', reason, networkOf(origin.address), userId ?? '', hour].join(' '),
  })
  return { kind: 'invalid' }
}

const judge = async (
  deps: ResetPasswordDeps,
  text: string,
): Promise<OpenReset | { readonly kind: 'refused'; readonly reason: string; readonly userId?: string }> => {
  const token = deps.resetTokens.read(text)
  if (token === undefined) return { kind: 'refused', reason: 'unknown-token' }
  const { userId, proof } = token
  const now = deps.clock.now().getTime()
  if (token.expiresAt <= now) return { kind: 'refused', reason: 'expired', userId }
  const stored = await deps.passwordResets.find(userId)
  // NOTE: used, or ended by another password; which of them no longer shows.
  if (stored === undefined) return { kind: 'refused', reason: 'not-outstanding', userId }
  const [hash, expiresAt] =
    proof === 'link' ? [stored.linkHash, stored.linkExpiresAt] : [stored.setHash, stored.setExpiresAt]
  if (hash !== hashSecretToken(token.jti)) return { kind: 'refused', reason: 'replaced', userId }
  if (expiresAt === undefined || expiresAt <= now) return { kind: 'refused', reason: 'expired', userId }
  const account = await deps.accounts.find(userId)
  if (account === undefined) return { kind: 'refused', reason: 'unknown-user', userId }
  const [factor] = proof === 'link' ? await enrolledFactors(deps.factors, userId) : []
  return { kind: 'open', token, account, asksFor: factor }
}

export type ConfirmOutcome =
  | { readonly kind: 'confirmed'; readonly token: string }
  | { readonly kind: 'wrong' }
  | Blocked
  | ResetRefusal

/**
 * Exchanges the link and a code of the second factor for a token that sets the password within `seconds`, once. The code is
 * used up by the same transaction; wrong ones are counted as everywhere.
 */
export const confirmReset = async (
  deps: ResetPasswordDeps,
  text: string,
  answer: string,
  seconds: number,
  origin: RequestOrigin,
): Promise<ConfirmOutcome> => {
  const found = await findReset(deps, text, origin)
  if (found.kind === 'invalid') return found
  const { token, asksFor: factor } = found
  const { userId } = token
  const event = { event: 'second-factor-check', userId, factor: factor?.id ?? 'totp', origin } as const
  if (token.proof !== 'link') return { kind: 'invalid' }
  if (factor === undefined) {
    await deps.auditLog.record({ ...event, outcome: 'failure', reason: 'not-enrolled' })
    return { kind: 'wrong' }
  }
  const given: FactorAnswer = { userId, answer, origin }
  const wrong = async (reason: string): Promise<ConfirmOutcome> => {
    const record = deps.auditLog.step({ ...event, outcome: 'failure', reason })
    const counted = await factor.countWrong(given, [record])
    return counted.kind === 'counted' ? { kind: 'wrong' } : blocked(counted)
  }
  const blocked = async (block: Blocked): Promise<ConfirmOutcome> => {
    const once = nameOfBlock(block, { factor: 'totp', address: origin.address, userId }, deps.clock.now())
    await deps.auditLog.record({ ...event, outcome: 'failure', reason: block.kind, once })
    return block
  }

  const check = await factor.check(given)
  if (check.kind === 'throttled' || check.kind === 'disabled') return blocked(check)
  if (check.kind === 'wrong') return wrong(check.reason)
  const now = deps.clock.now()
  const jti = newSecretToken(deps.random)
  const expiresAt = new Date(now.getTime() + seconds * 1000)
  const set = { hash: hashSecretToken(jti), expiresAt }
  const outcome = await deps.transact([
    ...check.use,
    deps.passwordResets.confirmGuard(userId, hashSecretToken(token.jti), now, set),
    deps.auditLog.step({ ...event, outcome: 'success' }),
  ])
  if (outcome.kind === 'refused') {
    const isOver = (await findReset(deps, text, origin)).kind === 'invalid'
    return isOver ? { kind: 'invalid' } : wrong('reused')
  }
  const confirmed = deps.resetTokens.sign({ userId, jti, proof: 'set', expiresAt: expiresAt.getTime() })
  return { kind: 'confirmed', token: confirmed }
}

export type ResetOutcome =
  | { readonly kind: 'completed'; readonly userId: string }
  | { readonly kind: 'not-good-enough' | 'second-factor-missing' }
  | ResetRefusal

/**
 * Sets the new password by a link, or by what a link and a code were exchanged for. One transaction uses the token up, sets
 * the password, ends whatever sessions there are and lets a password be tried again after a hundred wrong ones; of any
 * number at once one commits, and none by the bare link once the user has a second factor.
 * @throws {Problem} unavailable — too many passwords are being hashed; the token stays good
 */
export const resetPassword = async (
  deps: ResetPasswordDeps,
  text: string,
  newPassword: string,
  origin: RequestOrigin,
): Promise<ResetOutcome> => {
  const found = await findReset(deps, text, origin)
  if (found.kind === 'invalid') return found
  const { token, asksFor } = found
  const { userId, proof } = token
  const event = { event: 'password-self-reset', userId, factor: 'password', origin } as const
  const refused = (reason: string): Promise<void> =>
    deps.auditLog.record({ ...event, outcome: 'failure', reason })
  if (asksFor !== undefined) {
    await refused('second-factor-missing')
    return { kind: 'second-factor-missing' }
  }
  if (faultOfPassword(newPassword, deps.passwordMinLength) !== undefined) {
    await refused('policy-violation')
    return { kind: 'not-good-enough' }
  }

  const hash = await deps.hasher.hash(newPassword)
  const at = deps.clock.now()
  const outcome = await deps.transact([
    deps.passwordResets.spendGuard(userId, proof, hashSecretToken(token.jti), at),
    ...(proof === 'link' ? deps.factors.flatMap((factor) => factor.notEnrolledSteps(userId)) : []),
    deps.passwords.setStep(userId, hash, at),
    ...deps.throttle.resetSteps(userId, 'password'),
    ...deps.endSessionsOf(userId, 'password-reset', at),
    ...deps.forgetDevicesOf(userId),
    deps.auditLog.step({ ...event, outcome: 'success', actor: `User/${userId}` }),
  ])
  if (outcome.kind === 'committed') return { kind: 'completed', userId }
  const again = await findReset(deps, text, origin)
  return again.kind === 'invalid' ? again : { kind: 'second-factor-missing' }
}
