import { newSecretToken } from '../kernel/secret-token.ts'
import type { SecondFactor } from '../two-factor/second-factor.ts'
import type { CompleteSignInDeps, SignedIn } from './complete-sign-in.ts'
import { completeSignIn } from './complete-sign-in.ts'
import type { Destination } from './destination.ts'
import { enrolledFactors } from './enrolled-factors.ts'
import type { PasswordRefusal, PasswordVerdict, ProvePasswordDeps } from './prove-password.ts'
import { provePassword } from './prove-password.ts'
import type { SignInAttemptStore } from './sign-in-attempt.store.ts'
import { ATTEMPT_SECONDS, attemptHash } from './sign-in-attempt.ts'
import { nextSignInStep } from './sign-in-step.ts'
import type { Visitor } from './visitor.ts'

export interface BeginSignInDeps extends ProvePasswordDeps, Omit<CompleteSignInDeps, 'accounts' | 'devices'> {
  readonly accounts: ProvePasswordDeps['accounts'] & CompleteSignInDeps['accounts']
  readonly devices: CompleteSignInDeps['devices']
  readonly attempts: SignInAttemptStore
  readonly factors: readonly SecondFactor[]
}

export interface SignInForm extends Destination {
  readonly loginName: string
  readonly password: string
}

export type BeginSignInOutcome =
  | SignedIn
  /** The password was right; the token of the attempt goes into the browser's cookie. */
  | { readonly kind: 'second-factor'; readonly userId: string; readonly attemptToken: string }
  | PasswordRefusal

/**
 * The password step: signs in who has no second factor, and begins an attempt for everybody else. What changes while the
 * password is hashed is looked at once more: two sign-ins at once may both have a better hash of the same password.
 */
export const beginSignIn = async (
  deps: BeginSignInDeps,
  form: SignInForm,
  visitor: Visitor,
): Promise<BeginSignInOutcome> => {
  const outcome = await tryToBegin(deps, form, visitor)
  if (outcome.kind !== 'changed-meanwhile') return outcome
  const again = await tryToBegin(deps, form, visitor)
  return again.kind === 'changed-meanwhile' ? again.refused() : again
}

interface ChangedMeanwhile {
  readonly kind: 'changed-meanwhile'
  readonly refused: () => Promise<PasswordRefusal>
}

const tryToBegin = async (
  deps: BeginSignInDeps,
  form: SignInForm,
  visitor: Visitor,
): Promise<BeginSignInOutcome | ChangedMeanwhile> => {
  const { loginName, password } = form
  const { origin, deviceToken } = visitor
  const verdict = await provePassword(deps, { loginName, password, origin, deviceToken })
  if (verdict.kind !== 'proven') return verdict

  const changed = { kind: 'changed-meanwhile', refused: verdict.refused } as const
  const userId = verdict.account.id
  const enrolled = await enrolledFactors(deps.factors, userId)
  const step = nextSignInStep({
    userId,
    enrolled: enrolled.map(({ id }) => id),
    proofs: [verdict.proof],
  })
  switch (step.kind) {
    case 'first-factor':
      throw new Error('a proven password is a first factor')
    case 'signed-in': {
      const outcome = await completeSignIn(deps, {
        finished: step.finished,
        visitor,
        destination: form,
        also: [
          ...oldAttemptSteps(deps.attempts, visitor),
          ...deps.factors.flatMap((factor) => factor.notEnrolledSteps(userId)),
        ],
      })
      return outcome.kind === 'refused' ? changed : outcome
    }
    case 'second-factor': {
      const attemptToken = await openAttempt(deps, verdict, form, visitor)
      if (attemptToken === undefined) return changed
      const factor = enrolled.find(({ id }) => step.factors.includes(id))
      const delivery = await factor?.begin(userId, origin)
      if (delivery !== undefined && delivery.kind !== 'none')
        await deps.attempts.replaceDelivery(
          attemptHash(attemptToken, visitor.flowHash),
          { kind: 'none' },
          delivery,
        )
      return { kind: 'second-factor', userId, attemptToken }
    }
  }
}

const openAttempt = async (
  deps: BeginSignInDeps,
  { account, proof }: Extract<PasswordVerdict, { kind: 'proven' }>,
  { request, redirectTo }: SignInForm,
  visitor: Visitor,
): Promise<string | undefined> => {
  const token = newSecretToken(deps.random)
  const now = deps.clock.now().getTime()
  const outcome = await deps.transact([
    ...proof.use,
    deps.accounts.activeGuard(account.id),
    ...oldAttemptSteps(deps.attempts, visitor),
    deps.attempts.openStep({
      tokenHash: attemptHash(token, visitor.flowHash),
      userId: account.id,
      proven: [{ factor: proof.factor, at: proof.at }],
      request,
      redirectTo,
      createdAt: now,
      expiresAt: now + ATTEMPT_SECONDS * 1000,
    }),
    deps.auditLog.step({
      event: 'password-check',
      outcome: 'success',
      userId: account.id,
      factor: 'password',
      origin: visitor.origin,
    }),
  ])
  return outcome.kind === 'committed' ? token : undefined
}

/** A browser has one sign-in under way: a new one replaces it. */
const oldAttemptSteps = (attempts: SignInAttemptStore, { attemptToken, flowHash }: Visitor) =>
  attemptToken === undefined ? [] : [attempts.deleteStep(attemptHash(attemptToken, flowHash))]
