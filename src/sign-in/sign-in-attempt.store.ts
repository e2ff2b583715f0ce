import type { WriteStep } from '../kernel/transact.ts'
import type { Delivery } from '../two-factor/second-factor.ts'
import type { SignInAttempt } from './sign-in-attempt.ts'

export type NewSignInAttempt = Omit<SignInAttempt, 'wrongAnswers' | 'delivery'>

export interface SignInAttemptStore {
  /** Dead ones too, while they are kept: expired, or answered wrong too often. */
  find(tokenHash: string): Promise<SignInAttempt | undefined>
  openStep(attempt: NewSignInAttempt): WriteStep
  deleteStep(tokenHash: string): WriteStep
  /** After a change of password or second factor nobody finishes what began before. */
  deleteAllOfUserSteps(userId: string): readonly WriteStep[]
  /** A guard that ends the attempt: of any number of transactions one commits, and none once it is dead. */
  consumeGuard(tokenHash: string, now: Date): WriteStep
  countWrongStep(tokenHash: string): WriteStep
  /** True when the delivery still was `from`: of any number of requests one gets to send. Commits by itself. */
  replaceDelivery(tokenHash: string, from: Delivery, to: Delivery): Promise<boolean>
}
