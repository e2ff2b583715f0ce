import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { BeginSignInDeps } from './begin-sign-in.ts'
import { newAttempt } from './begin-sign-in.ts'
import { enrolments } from './enrolled-factors.ts'
import type { PasswordRefusal, ProvePasswordDeps } from './prove-password.ts'
import { provePassword } from './prove-password.ts'
import type { CheckSecondFactorDeps } from './prove-second-factor.ts'
import type { FinishedSignIn } from './sign-in-step.ts'
import { nextSignInStep } from './sign-in-step.ts'

export interface DirectSignInDeps
  extends ProvePasswordDeps,
    Pick<CheckSecondFactorDeps, 'attempts' | 'attemptSeal' | 'factors'>,
    Pick<BeginSignInDeps, 'random'> {}

/** A login name and password that came without a browser. */
export interface DirectAnswer {
  readonly loginName: string
  readonly password: string
  readonly origin: RequestOrigin
  /** Who carries the attempt: it is worth nothing to anybody else. */
  readonly carrierHash: string
  /** The code came along, so that none is sent. */
  readonly isCodeGiven: boolean
}

export type DirectSignIn =
  /** Signed in once the transaction with `finished.use` commits. */
  | {
      readonly kind: 'finished'
      readonly finished: FinishedSignIn
      readonly refused: () => Promise<PasswordRefusal>
    }
  | { readonly kind: 'second-factor'; readonly attemptToken: string; readonly factors: readonly string[] }
  /** The password or the factors changed while it was looked at: once more. */
  | { readonly kind: 'changed-meanwhile'; readonly refused: () => Promise<PasswordRefusal> }
  | PasswordRefusal

/**
 * The password step of a sign-in that opens no browser session, with the counts, waits and messages of the page. Who has
 * a second factor gets an attempt, which `checkSecondFactor` finishes; nobody gets a finished sign-in without it.
 * @throws {Problem} unavailable — too many passwords are being checked
 */
export const beginDirectSignIn = async (
  deps: DirectSignInDeps,
  { loginName, password, origin, carrierHash, isCodeGiven }: DirectAnswer,
): Promise<DirectSignIn> => {
  const verdict = await provePassword(deps, { loginName, password, origin, deviceToken: undefined })
  if (verdict.kind !== 'proven') return verdict
  const { account, proof, refused } = verdict
  const enrolled = await enrolments(deps.factors, account.id)
  // NOTE: a factor that is being enabled at this moment refuses the transaction, as on the page.
  const unlessEnrolled =
    enrolled.length === 0 ? deps.factors.map((factor) => factor.notEnrolledSteps(account.id)) : []
  const step = nextSignInStep({
    userId: account.id,
    enrolled: enrolled.map(({ factor }) => factor.id),
    proofs: [{ ...proof, use: [...proof.use, ...unlessEnrolled.flat()] }],
  })
  switch (step.kind) {
    case 'first-factor':
      throw new Error('a proven password is a first factor')
    case 'signed-in':
      return { kind: 'finished', finished: step.finished, refused }
    case 'second-factor': {
      if (!(await verdict.settle())) return { kind: 'changed-meanwhile', refused }
      const attempt = newAttempt(deps, verdict, enrolled, { request: undefined, redirectTo: undefined })
      deps.auditLog.recordSoon({
        event: 'password-check',
        outcome: 'success',
        userId: account.id,
        factor: 'password',
        origin,
      })
      const asked = enrolled.find(({ factor }) => step.factors.includes(factor.id))
      const delivery = isCodeGiven ? undefined : await asked?.factor.begin(account.id, origin)
      if (delivery !== undefined && delivery.kind !== 'none')
        await deps.attempts.replaceDelivery(attempt, { kind: 'none' }, delivery)
      return {
        kind: 'second-factor',
        attemptToken: deps.attemptSeal.seal(attempt, carrierHash),
        factors: step.factors,
      }
    }
  }
}
