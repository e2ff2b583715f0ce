import type { Guess, Throttle } from '../../accounts/throttle.ts'
import type { CurrentAuthPolicy } from '../../auth-config/auth-config.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import { hashSecretToken } from '../../kernel/secret-token.ts'
import type { Delivery, FactorAnswer, SecondFactor } from '../second-factor.ts'
import type { TotpStore } from './totp.store.ts'
import { matchStep, readCode } from './totp.ts'

export interface TotpFactorDeps {
  readonly clock: Clock
  readonly currentPolicy: CurrentAuthPolicy
  readonly totp: TotpStore
  readonly throttle: Throttle
  /** Sends the current code where a webhook is set. */
  readonly deliver: (userId: string, origin: RequestOrigin) => Promise<Delivery>
}

/**
 * Codes of an authenticator app (RFC 6238). The current step and `validPastTokensCount` steps before it are right, a
 * future one never; a step used once ends itself and all earlier ones, for every purpose: signing in, enabling, disabling.
 */
export const createTotpFactor = (deps: TotpFactorDeps): SecondFactor => ({
  id: 'totp',
  isEnrolled: deps.totp.isEnabled,
  enrolmentMark: async (userId) => {
    const revision = await deps.totp.activeRevision(userId)
    return revision === undefined ? undefined : hashSecretToken(revision)
  },
  notEnrolledSteps: deps.totp.notEnabledSteps,
  resetSteps: (userId, at) => [
    deps.totp.forget(userId, at),
    deps.totp.dropPendingOf(userId),
    ...deps.throttle.resetSteps(userId, 'totp'),
  ],
  begin: deps.deliver,
  check: async (answer) => {
    const guess = totpGuess(answer)
    const state = await deps.throttle.state(guess)
    if (state.kind !== 'open') return state
    const credential = await deps.totp.find(answer.userId)
    if (credential?.key === undefined) return { kind: 'wrong', reason: 'not-enrolled' }
    const code = readCode(answer.answer)
    if (code === undefined) return { kind: 'wrong', reason: 'malformed' }
    const { validPastTokensCount } = await deps.currentPolicy()
    const step = matchStep(credential.key, code, deps.clock.now(), validPastTokensCount)
    if (step === undefined) return { kind: 'wrong', reason: 'wrong' }
    if (step <= credential.lastStep) return { kind: 'wrong', reason: 'reused' }
    return {
      kind: 'right',
      factor: 'totp',
      use: [...deps.throttle.succeededSteps(guess), deps.totp.useStep(credential, step)],
    }
  },
  countWrong: async (answer, also) => {
    const state = await deps.throttle.failed(totpGuess(answer), also)
    return state.kind === 'open' ? { kind: 'counted' } : state
  },
})

/** Whose budget an answer is counted on: one for all uses of the authenticator. */
export const totpGuess = (answer: Omit<FactorAnswer, 'answer'>): Guess => ({
  account: answer.userId,
  factor: 'totp',
  address: answer.origin.address,
  ...(answer.deviceId === undefined ? {} : { deviceId: answer.deviceId }),
})
