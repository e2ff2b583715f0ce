import type { Throttle } from '../accounts/throttle.ts'
import type {
  TwoFactorAttribute,
  TwoFactorInput,
  TwoFactorView,
  TwoFactorWrite,
} from '../accounts/two-factor-attribute.ts'
import type { Clock } from '../kernel/clock.ts'
import { invalid } from '../kernel/problem.ts'
import type { WriteStep } from '../kernel/transact.ts'
import { fromBase32, parseBase32Secret } from './totp/base32.ts'
import type { TotpCredential, TotpStore, TotpView } from './totp/totp.store.ts'

export interface TwoFactorOfUserDeps {
  readonly clock: Clock
  readonly totp: TotpStore
  readonly throttle: Throttle
  /** The browsers the user finished a sign-in in are strangers again. */
  readonly forgetDevicesOf: (userId: string) => readonly WriteStep[]
}

/**
 * `User.twoFactor` over the authenticator's credential. Reads never show the secret. Only an active secret counts: one
 * given with `enabled: false` is checked and then forgotten. A change of the secret or switching off is an
 * administrator's reset and clears the count of wrong codes; the used step stays, whatever is written. Where a hundred
 * wrong codes ended the factor, any write that names it lets codes be tried again.
 */
export const createTwoFactorOfUser = (deps: TwoFactorOfUserDeps): TwoFactorAttribute => {
  const resetSteps = (userId: string): readonly WriteStep[] => [
    deps.totp.dropPendingOf(userId),
    ...deps.throttle.resetSteps(userId, 'totp'),
    ...deps.forgetDevicesOf(userId),
  ]

  const unlock = async (userId: string): Promise<TwoFactorWrite> =>
    (await deps.throttle.isDisabled(userId, 'totp'))
      ? { steps: deps.throttle.resetSteps(userId, 'totp'), change: 'unlocked' }
      : { steps: [], change: 'none' }

  return {
    read: async (userIds) => {
      const views = await deps.totp.findViews(userIds)
      return new Map([...views].map(([userId, view]) => [userId, toView(view)]))
    },

    writeSteps: async (userId, value, current) => {
      const secret = readSecret(value)
      const stored = await deps.totp.find(userId)
      const isActive = stored?.key !== undefined
      const transport = nextTransport(value, stored)
      if (!(value?.enabled ?? (value !== null && isActive))) {
        if (value === null && current === undefined) return { steps: [], change: 'none' }
        const isTransportKept = transport === (stored?.transport ?? null)
        if (!isActive && current !== undefined && isTransportKept) return unlock(userId)
        return {
          steps: [deps.totp.switchOff(userId, transport, deps.clock.now()), ...resetSteps(userId)],
          change: isActive ? 'disabled' : 'changed',
        }
      }
      if (secret !== undefined && !isSameSecret(secret, stored))
        return {
          steps: [deps.totp.replace(userId, secret, transport, deps.clock.now()), ...resetSteps(userId)],
          change: isActive ? 'changed' : 'enabled',
        }
      if (!isActive)
        throw invalid(
          'expected a secretKey, since none is stored; give one, or let the user enable it at /auth/two-factor',
          'User.twoFactor.enabled',
        )
      const unlocked = await unlock(userId)
      if (transport === (stored?.transport ?? null)) return unlocked
      return { steps: [deps.totp.setTransport(userId, transport), ...unlocked.steps], change: 'changed' }
    },

    deleteSteps: (userId) => deps.totp.deleteAllOf(userId),
  }
}

const toView = (view: TotpView): TwoFactorView =>
  view.transport === undefined
    ? { enabled: view.isEnabled }
    : { enabled: view.isEnabled, transport: view.transport }

const readSecret = (value: TwoFactorInput | null): string | undefined => {
  if (value?.secretKey === undefined) return undefined
  const secret = parseBase32Secret(value.secretKey)
  if (secret === undefined)
    throw invalid(
      'expected Base32 (A–Z, 2–7) of 16 to 128 characters, as authenticator apps take it',
      'User.twoFactor.secretKey',
    )
  return secret
}

const nextTransport = (value: TwoFactorInput | null, stored: TotpCredential | undefined): string | null => {
  if (value === null) return null
  return value.transport === undefined ? (stored?.transport ?? null) : value.transport
}

const isSameSecret = (secret: string, stored: TotpCredential | undefined): boolean => {
  const bytes = fromBase32(secret)
  const active = stored?.key?.bytes
  return active?.length === bytes.length && active.every((byte, index) => byte === bytes[index])
}
