import { newId } from '../kernel/secret-token.ts'
import type { WriteStep } from '../kernel/transact.ts'
import { commit } from '../kernel/transact.ts'
import type { ProvenFactor } from '../sessions/session.ts'
import type { Delivery, SecondFactor } from '../two-factor/second-factor.ts'
import type { CompleteSignInDeps, SignedIn } from './complete-sign-in.ts'
import { completeSignIn } from './complete-sign-in.ts'
import type { Destination } from './destination.ts'
import type { Enrolment } from './enrolled-factors.ts'
import { enrolments } from './enrolled-factors.ts'
import type { PasswordRefusal, PasswordVerdict, ProvePasswordDeps } from './prove-password.ts'
import { provePassword } from './prove-password.ts'
import type { SignInAttemptStore } from './sign-in-attempt.store.ts'
import type { AttemptSeal, CarriedAttempt } from './sign-in-attempt.ts'
import { ATTEMPT_SECONDS, LONGEST_CARRIED } from './sign-in-attempt.ts'
import { nextSignInStep } from './sign-in-step.ts'
import type { Visitor } from './visitor.ts'

export interface BeginSignInDeps extends ProvePasswordDeps, Omit<CompleteSignInDeps, 'accounts' | 'devices'> {
  readonly accounts: ProvePasswordDeps['accounts'] & CompleteSignInDeps['accounts']
  readonly devices: CompleteSignInDeps['devices']
  readonly attempts: SignInAttemptStore
  readonly attemptSeal: AttemptSeal
  readonly factors: readonly SecondFactor[]
}

export interface SignInForm extends Destination {
  readonly loginName: string
  readonly password: string
}

export type BeginSignInOutcome =
  | SignedIn
  /** The password was right; the browser carries the attempt from here on, sealed, in a cookie. */
  | ({ readonly kind: 'second-factor'; readonly userId: string; readonly attemptToken: string } & PendingCode)
  | PasswordRefusal

/** What is asked for next. */
export interface PendingCode {
  /** The second factors that the user has. */
  readonly methods: readonly string[]
  readonly delivery: Delivery
  /** Milliseconds since 1970. */
  readonly expiresAt: number
}

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
  const enrolled = await enrolments(deps.factors, userId)
  const step = nextSignInStep({
    userId,
    enrolled: enrolled.map(({ factor }) => factor.id),
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
          ...oldAttemptSteps(deps, visitor),
          ...deps.factors.flatMap((factor) => factor.notEnrolledSteps(userId)),
        ],
      })
      return outcome.kind === 'refused' ? changed : outcome
    }
    case 'second-factor': {
      if (!(await verdict.settle())) return changed
      const attempt = newAttempt(deps, verdict, enrolled, form)
      await keepAttempt(deps, attempt, form, visitor)
      deps.auditLog.recordSoon({
        event: 'password-check',
        outcome: 'success',
        userId,
        factor: 'password',
        origin,
      })
      const asked = enrolled.find(({ factor }) => step.factors.includes(factor.id))
      return {
        kind: 'second-factor',
        userId,
        methods: enrolled.map(({ factor }) => factor.id),
        expiresAt: attempt.expiresAt,
        ...(await askCode(deps, attempt, asked, visitor)),
      }
    }
  }
}

/** Puts the attempt in the place of the one that the browser has under way. Commits. */
export const keepAttempt = async (
  deps: Pick<BeginSignInDeps, 'attempts' | 'attemptSeal' | 'transact'>,
  attempt: CarriedAttempt,
  destination: Destination,
  visitor: Visitor,
): Promise<void> => {
  const steps = [
    ...oldAttemptSteps(deps, visitor),
    ...(attempt.destination === undefined
      ? [deps.attempts.addStep(attempt, destinationOf(destination))]
      : []),
  ]
  if (steps.length > 0) await commit(deps.transact, steps)
}

/** Has the code sent, where one is; answers what came of it, and what the browser carries from here on. */
export const askCode = async (
  deps: Pick<BeginSignInDeps, 'attempts' | 'attemptSeal'>,
  attempt: CarriedAttempt,
  asked: Enrolment | undefined,
  { origin, flowHash }: Visitor,
): Promise<{ readonly attemptToken: string; readonly delivery: Delivery }> => {
  const delivery = (await asked?.factor.begin(attempt.userId, origin)) ?? { kind: 'none' }
  if (delivery.kind !== 'none') await deps.attempts.replaceDelivery(attempt, { kind: 'none' }, delivery)
  return { attemptToken: deps.attemptSeal.seal(attempt, flowHash), delivery }
}

/** Of a right password whose second factor is still to come. */
export const newAttempt = (
  deps: Pick<BeginSignInDeps, 'clock' | 'random'>,
  {
    account,
    proof,
    mark,
  }: Pick<Extract<PasswordVerdict, { kind: 'proven' }>, 'mark'> & {
    readonly account: { readonly id: string }
    readonly proof: ProvenFactor
  },
  enrolled: readonly Enrolment[],
  form: Destination,
): CarriedAttempt => {
  const destination = destinationOf(form)
  const createdAt = deps.clock.now().getTime()
  return {
    id: newId(deps.random),
    userId: account.id,
    proven: [{ factor: proof.factor, at: proof.at }],
    passwordMark: mark,
    factorMarks: Object.fromEntries(enrolled.map((enrolment) => [enrolment.factor.id, enrolment.mark])),
    destination: JSON.stringify(destination).length <= LONGEST_CARRIED ? destination : undefined,
    createdAt,
    expiresAt: createdAt + ATTEMPT_SECONDS * 1000,
  }
}

const destinationOf = ({ request, redirectTo }: Destination): Destination => ({ request, redirectTo })

type EndAttemptDeps = Pick<BeginSignInDeps, 'attempts' | 'attemptSeal' | 'transact'>

/** A browser has one sign-in under way: a new one replaces it. */
const oldAttemptSteps = (
  { attempts, attemptSeal }: Omit<EndAttemptDeps, 'transact'>,
  { attemptToken, flowHash }: Pick<Visitor, 'attemptToken' | 'flowHash'>,
): readonly WriteStep[] => {
  const old = attemptToken === undefined ? undefined : attemptSeal.open(attemptToken, flowHash)
  return old === undefined ? [] : [attempts.endStep(old)]
}

/** Ends the sign-in that the browser has under way, if any. Commits. */
export const endOldAttempt = async (
  deps: EndAttemptDeps,
  visitor: Pick<Visitor, 'attemptToken' | 'flowHash'>,
): Promise<void> => {
  const steps = oldAttemptSteps(deps, visitor)
  if (steps.length > 0) await commit(deps.transact, steps)
}
