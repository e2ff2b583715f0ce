import type { AccountStore } from '../accounts/account.store.ts'
import type { Account } from '../accounts/account.ts'
import { unknownAccountOf } from '../accounts/login-name.ts'
import type { PasswordStore, StoredPassword } from '../accounts/password.store.ts'
import type { PasswordHasher } from '../accounts/password-hasher.ts'
import type { Guess, Throttle, ThrottleState } from '../accounts/throttle.ts'
import { nameOfBlock } from '../accounts/throttle.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { AuditLog } from '../audit/audit-log.store.ts'
import type { Clock, Pause } from '../kernel/clock.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import { hashSecretToken } from '../kernel/secret-token.ts'
import type { Transact, WriteStep } from '../kernel/transact.ts'
import type { KnownDeviceStore } from '../sessions/known-device.store.ts'
import type { Proof } from './sign-in-step.ts'

/**
 * No failure is answered sooner. Longer than any usual hash takes: an imported scrypt hash costs ten times an argon2id, which
 * would tell that there is such an account; hashing for show instead would give that work to everybody who asks.
 */
export const FAILURE_MILLISECONDS = 1000

export interface ProvePasswordDeps {
  readonly accounts: Pick<AccountStore, 'findByLoginName'>
  readonly passwords: PasswordStore
  readonly hasher: PasswordHasher
  readonly throttle: Throttle
  readonly devices: Pick<KnownDeviceStore, 'findDeviceId'>
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
  readonly pause: Pause
}

export interface PasswordAnswer {
  /** As typed. */
  readonly loginName: string
  /** As typed; not a byte of it is changed. */
  readonly password: string
  readonly origin: RequestOrigin
  readonly deviceToken: string | undefined
}

/** Waiting time, or none known where an administrator must help. */
export type Blocked = Exclude<ThrottleState, { kind: 'open' }>

export type PasswordVerdict =
  | {
      readonly kind: 'proven'
      readonly account: Account
      readonly proof: Proof
      /** Names the hash that the password has from now on; tells nothing of either. */
      readonly mark: string
      /** For a sign-in that is not over yet: true once what must be so while the password is right is so, and kept. */
      readonly settle: () => Promise<boolean>
      /** Instead of the proof's `use`: replaces the password that was right, refused once it is another one. */
      readonly replaceSteps: (hash: string, at: Date) => readonly WriteStep[]
      /** Counts the answer as wrong after all, when its transaction was refused. */
      readonly refused: () => Promise<PasswordRefusal>
    }
  | PasswordRefusal

/**
 * `wrong` is all the outside may learn, whatever the reason. `inactive`: the password was right; pages say the same as
 * for `wrong`, protocols that must say so may.
 */
export type PasswordRefusal = { readonly kind: 'wrong' } | { readonly kind: 'inactive' } | Blocked

/**
 * Checks a login name and a password. Nothing is hashed while the account or the network is blocked. An unknown name, a
 * user without password and an inactive one cost the same reads, one hash and one count, as a wrong password does, and
 * every failure takes {@link FAILURE_MILLISECONDS}.
 * @throws {Problem} unavailable — too many passwords are being checked
 */
export const provePassword = async (
  deps: ProvePasswordDeps,
  { loginName, password, origin, deviceToken }: PasswordAnswer,
): Promise<PasswordVerdict> => {
  const account = await deps.accounts.findByLoginName(loginName)
  const deviceId =
    deviceToken === undefined
      ? undefined
      : await deps.devices.findDeviceId(hashSecretToken(deviceToken), account?.id ?? '', deps.clock.now())
  const guessed = account?.id ?? unknownAccountOf(loginName)
  return checkPassword(deps, { account, guessed, password, origin, deviceId })
}

export interface PasswordOfAccount {
  readonly account: Account | undefined
  /** What the guess is counted on. */
  readonly guessed: string
  readonly password: string
  readonly origin: RequestOrigin
  readonly deviceId: string | undefined
}

type CheckPasswordDeps = Omit<ProvePasswordDeps, 'accounts' | 'devices'>

/** As {@link provePassword}, once it is known whom the name means. */
export const checkPassword = async (
  deps: CheckPasswordDeps,
  answer: PasswordOfAccount,
): Promise<PasswordVerdict> => {
  const startedAt = deps.clock.now().getTime()
  const verdict = await judgePassword(deps, answer)
  if (verdict.kind !== 'wrong' && verdict.kind !== 'inactive') return verdict
  const elapsed = Math.max(0, deps.clock.now().getTime() - startedAt)
  await deps.pause(Math.max(0, FAILURE_MILLISECONDS - elapsed))
  return verdict
}

const judgePassword = async (
  deps: CheckPasswordDeps,
  { account, guessed, password, origin, deviceId }: PasswordOfAccount,
): Promise<PasswordVerdict> => {
  const { clock, hasher, passwords, throttle } = deps
  const guess: Guess = {
    account: guessed,
    factor: 'password',
    address: origin.address,
    ...(deviceId === undefined ? {} : { deviceId }),
  }

  const failure = (reason: string): AuditEvent => ({
    event: 'password-check',
    outcome: 'failure',
    reason,
    factor: 'password',
    origin,
    ...(account === undefined ? {} : { userId: account.id }),
  })
  const blocked = async (state: Blocked): Promise<Blocked> => {
    const once = nameOfBlock(
      state,
      { factor: 'password', address: origin.address, userId: account?.id },
      deps.clock.now(),
    )
    await deps.auditLog.record({ ...failure(state.kind), once })
    return state
  }
  const count = async (reason: string): Promise<{ readonly kind: 'wrong' } | Blocked> => {
    const state = await throttle.failed(guess, [deps.auditLog.step(failure(reason))])
    return state.kind === 'open' ? { kind: 'wrong' } : blocked(state)
  }

  const state = await throttle.state(guess)
  if (state.kind !== 'open') return blocked(state)

  const stored = await passwords.find(account?.id ?? '')
  const hash = stored?.hash
  const isRight =
    hash === undefined ? await hasher.verifyNothing(password) : await hasher.verify(hash, password)
  if (account === undefined) return count('unknown-user')
  if (stored === undefined) return count('no-password')
  if (!isRight) return count('wrong-password')
  if (!account.isActive) {
    const outcome = await count('inactive')
    return outcome.kind === 'wrong' ? { kind: 'inactive' } : outcome
  }

  const better = hasher.isOutdated(stored.hash) ? await hasher.hash(password) : undefined
  const guard =
    better === undefined
      ? passwords.unchangedGuard(account.id, stored)
      : passwords.rehashGuard(account.id, stored.hash, better)
  const use = [...throttle.succeededSteps(guess), guard]
  return {
    kind: 'proven',
    account,
    proof: { factor: 'password', at: clock.now().getTime(), use },
    mark: passwordMark({ ...stored, hash: better ?? stored.hash }),
    settle: async () => {
      // NOTE: of many guesses in flight the right one must not be told from the wrong ones once the budget is used up.
      if (better === undefined) return (await throttle.state(guess)).kind === 'open'
      return (await deps.transact(use)).kind === 'committed'
    },
    replaceSteps: (newHash, at) => [
      ...throttle.succeededSteps(guess),
      passwords.replaceGuard(account.id, stored, newHash, at),
    ],
    refused: () => count('changed-meanwhile'),
  }
}

/** Another one for every change of the password. Nothing can be guessed from it: the hash is salted. */
export const passwordMark = ({ hash, epoch }: StoredPassword): string => hashSecretToken(`${epoch} ${hash}`)
