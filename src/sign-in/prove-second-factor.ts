import type { StoredPassword } from '../accounts/password.store.ts'
import { nameOfBlock } from '../accounts/throttle.ts'
import type { AuditEvent } from '../audit/audit-event.ts'
import { hashSecretToken } from '../kernel/secret-token.ts'
import type { FactorAnswer, SecondFactor } from '../two-factor/second-factor.ts'
import type { BeginSignInDeps, PendingCode } from './begin-sign-in.ts'
import type { SignedIn } from './complete-sign-in.ts'
import { completeSignIn } from './complete-sign-in.ts'
import type { Destination } from './destination.ts'
import { enrolments } from './enrolled-factors.ts'
import type { Blocked } from './prove-password.ts'
import { passwordMark } from './prove-password.ts'
import type { AttemptRecord, SignInAttempt } from './sign-in-attempt.ts'
import { isAlive, resendAt } from './sign-in-attempt.ts'
import type { FinishedSignIn, Proof } from './sign-in-step.ts'
import { nextSignInStep } from './sign-in-step.ts'
import type { Visitor } from './visitor.ts'

export type ProveSecondFactorDeps = Omit<BeginSignInDeps, 'hasher'>

export type CheckSecondFactorDeps = Pick<
  BeginSignInDeps,
  | 'attempts'
  | 'attemptSeal'
  | 'auditLog'
  | 'clock'
  | 'devices'
  | 'factors'
  | 'passwords'
  | 'sessions'
  | 'throttle'
>

/** The attempt that the browser carries. `over` is one that died; what it was for is still known. */
export type AttemptState =
  | { readonly kind: 'none' }
  | { readonly kind: 'over'; readonly attempt: SignInAttempt }
  | {
      readonly kind: 'alive'
      readonly attempt: SignInAttempt
      /** As it was when it was proven. */
      readonly password: StoredPassword
      /** The one that is asked for, of those the user has. */
      readonly factor: SecondFactor
      readonly enrolled: readonly SecondFactor[]
    }

export type SecondFactorRefusal =
  | { readonly kind: 'none' }
  | { readonly kind: 'over'; readonly attempt: SignInAttempt }
  | { readonly kind: 'wrong'; readonly attempt: SignInAttempt; readonly factor: SecondFactor }
  | { readonly kind: 'blocked'; readonly attempt: SignInAttempt; readonly block: Blocked }

export type SecondFactorOutcome =
  | SecondFactorRefusal
  | { readonly kind: 'finished'; readonly attempt: SignInAttempt; readonly signedIn: SignedIn }

/** The answer is right, and counts once the transaction with the sign-in's `use` commits. */
export interface RightAnswer {
  readonly kind: 'right'
  readonly attempt: SignInAttempt
  readonly finished: FinishedSignIn
  /** When its transaction was refused: counts the answer as wrong after all, unless it was the attempt that ended. */
  readonly refused: () => Promise<SecondFactorRefusal>
}

/**
 * Reads only. An attempt whose user changed the password or second factors meanwhile is over: it was begun under other
 * rules. So is one that steps up a session that ended.
 */
export const findAttempt = async (
  deps: Pick<
    ProveSecondFactorDeps,
    'attempts' | 'attemptSeal' | 'factors' | 'passwords' | 'sessions' | 'clock'
  >,
  { attemptToken, flowHash }: Pick<Visitor, 'attemptToken' | 'flowHash'>,
): Promise<AttemptState> => {
  const carried = attemptToken === undefined ? undefined : deps.attemptSeal.open(attemptToken, flowHash)
  if (carried === undefined) return { kind: 'none' }
  const { session } = carried
  const [record = UNTOUCHED, enrolled, password, isSessionAlive] = await Promise.all([
    deps.attempts.find(carried.id),
    enrolments(deps.factors, carried.userId),
    deps.passwords.find(carried.userId),
    session === undefined || deps.sessions.isAlive(session.id, deps.clock.now()),
  ])
  if (record.isSpent) return { kind: 'none' }
  const { wrongAnswers, delivery, destination = carried.destination ?? NOWHERE } = record
  const attempt = { ...carried, ...destination, wrongAnswers, delivery }
  const [first] = enrolled
  const isUnchanged =
    isSessionAlive &&
    password !== undefined &&
    passwordMark(password) === carried.passwordMark &&
    enrolled.every(({ factor, mark }) => carried.factorMarks[factor.id] === mark)
  return first === undefined || !isUnchanged || !isAlive(attempt, deps.clock.now())
    ? { kind: 'over', attempt }
    : {
        kind: 'alive',
        attempt,
        password,
        factor: first.factor,
        enrolled: enrolled.map(({ factor }) => factor),
      }
}

/** What a living attempt waits for. */
export const pendingCodeOf = ({
  attempt,
  enrolled,
}: Extract<AttemptState, { readonly kind: 'alive' }>): PendingCode => ({
  methods: enrolled.map(({ id }) => id),
  delivery: attempt.delivery,
  expiresAt: attempt.expiresAt,
})

const UNTOUCHED: AttemptRecord = {
  wrongAnswers: 0,
  delivery: { kind: 'none' },
  destination: undefined,
  isSpent: false,
}
const NOWHERE: Destination = { request: undefined, redirectTo: undefined }

/**
 * Checks the answer to the second factor of the attempt. Wrong, reused and expired are all `wrong`; each is counted on
 * the attempt, the account and the network in one transaction.
 */
export const checkSecondFactor = async (
  deps: CheckSecondFactorDeps,
  answer: string,
  visitor: Pick<Visitor, 'attemptToken' | 'flowHash' | 'deviceToken' | 'origin'>,
): Promise<RightAnswer | SecondFactorRefusal> => {
  const found = await findAttempt(deps, visitor)
  if (found.kind !== 'alive') return found
  const { attempt, password, factor, enrolled } = found
  const { origin, deviceToken } = visitor
  const { userId } = attempt
  const deviceId =
    deviceToken === undefined
      ? undefined
      : await deps.devices.findDeviceId(hashSecretToken(deviceToken), userId, deps.clock.now())
  const device = deviceId === undefined ? {} : { deviceId }
  const given: FactorAnswer = { userId, answer, origin, ...device }

  const failure = (reason: string): AuditEvent => ({
    event: 'second-factor-check',
    outcome: 'failure',
    reason,
    userId,
    factor: factor.id,
    origin,
  })
  const blocked = async (block: Blocked): Promise<SecondFactorRefusal> => {
    const once = nameOfBlock(block, { factor: 'totp', address: origin.address, userId }, deps.clock.now())
    await deps.auditLog.record({ ...failure(block.kind), once })
    return { kind: 'blocked', attempt, block }
  }
  const countWrong = async (reason: string): Promise<SecondFactorRefusal> => {
    const counted = await factor.countWrong(given, [
      deps.attempts.countWrongStep(attempt),
      deps.auditLog.step(failure(reason)),
    ])
    if (counted.kind !== 'counted') return blocked(counted)
    const record = await deps.attempts.find(attempt.id)
    if (record === undefined || record.isSpent) return { kind: 'none' }
    const now = { ...attempt, wrongAnswers: record.wrongAnswers, delivery: record.delivery }
    return isAlive(now, deps.clock.now())
      ? { kind: 'wrong', attempt: now, factor }
      : { kind: 'over', attempt: now }
  }

  const check = await factor.check(given)
  if (check.kind === 'throttled' || check.kind === 'disabled') return blocked(check)
  if (check.kind === 'wrong') return countWrong(check.reason)

  const now = deps.clock.now()
  // NOTE: who steps up shows no password, so that no wrong ones are forgiven for it.
  const firstUse =
    attempt.session === undefined
      ? deps.throttle.clearedSteps({
          account: userId,
          factor: 'password',
          address: origin.address,
          ...device,
        })
      : [deps.sessions.aliveGuard(attempt.session.id, now)]
  const passwordUse = [
    ...firstUse,
    deps.passwords.unchangedGuard(userId, password),
    deps.attempts.spendGuard(attempt),
  ]
  const proofs: readonly Proof[] = [
    { factor: check.factor, at: now.getTime(), use: check.use },
    // NOTE: last, so that locks are taken in the order in which a wrong answer takes them: counter, then attempt.
    ...attempt.proven.map((proven) => ({ ...proven, use: passwordUse })),
  ]
  // NOTE: not asked again: a factor switched off meanwhile refuses its own use.
  const step = nextSignInStep({ userId, enrolled: enrolled.map(({ id }) => id), proofs })
  if (step.kind !== 'signed-in') return countWrong('changed-meanwhile')
  const refused = async (): Promise<SecondFactorRefusal> => {
    const now = await findAttempt(deps, visitor)
    if (now.kind === 'alive') return countWrong('reused')
    await deps.auditLog.record(failure('changed-meanwhile'))
    return now
  }
  return { kind: 'right', attempt, finished: step.finished, refused }
}

/** {@link checkSecondFactor} for the browser's attempt, and signs in with the right answer. */
export const proveSecondFactor = async (
  deps: ProveSecondFactorDeps,
  answer: string,
  visitor: Visitor,
): Promise<SecondFactorOutcome> => {
  const checked = await checkSecondFactor(deps, answer, visitor)
  if (checked.kind !== 'right') return checked
  const { attempt, finished } = checked
  const authenticatedAt = attempt.session?.authenticatedAt
  const signedIn = await completeSignIn(deps, {
    finished,
    visitor,
    destination: attempt,
    authenticatedAt,
    also: [],
  })
  return signedIn.kind === 'refused' ? checked.refused() : { kind: 'finished', attempt, signedIn }
}

/** Sends the code once more, at most every 30 seconds however often it is asked for. */
export const resendCode = async (deps: ProveSecondFactorDeps, visitor: Visitor): Promise<AttemptState> => {
  const found = await findAttempt(deps, visitor)
  if (found.kind !== 'alive') return found
  const { attempt, factor } = found
  const now = deps.clock.now().getTime()
  const sendableAt = resendAt(attempt)
  if (sendableAt === undefined || now < sendableAt) return found
  // NOTE: taken for failed until the answer is there, so that a crash in between does not claim a delivery.
  const claimed = { kind: 'failed', at: now } as const
  const isOurs = await deps.attempts.replaceDelivery(attempt, attempt.delivery, claimed)
  if (!isOurs) return found
  const delivery = await factor.begin(attempt.userId, visitor.origin)
  await deps.attempts.replaceDelivery(attempt, claimed, delivery)
  return { ...found, attempt: { ...attempt, delivery } }
}
