import type { WriteStep } from '../kernel/transact.ts'
import type { Delivery } from '../two-factor/second-factor.ts'
import type { Destination } from './destination.ts'
import type { AttemptRecord, CarriedAttempt } from './sign-in-attempt.ts'

/** An attempt by what its row needs: the row goes when the attempt is over. */
export type AttemptKey = Pick<CarriedAttempt, 'id' | 'expiresAt'>

/** What happened to sign-ins under way. Begun and not answered they have no row: the browser carries them (ADR 10). */
export interface SignInAttemptStore {
  /** Undefined where nothing happened to it yet. */
  find(id: string): Promise<AttemptRecord | undefined>
  /** Keeps where the sign-in leads, of one that is too long to be carried. */
  addStep(attempt: AttemptKey, destination: Destination): WriteStep
  /** A guard that spends the attempt: of any number of transactions one commits, and none once it died of wrong answers. */
  spendGuard(attempt: AttemptKey): WriteStep
  /** Ends the attempt, whatever happened to it. */
  endStep(attempt: AttemptKey): WriteStep
  countWrongStep(attempt: AttemptKey): WriteStep
  /** True when the delivery still was `from`: of any number of requests one gets to send. Commits by itself. */
  replaceDelivery(attempt: AttemptKey, from: Delivery, to: Delivery): Promise<boolean>
}
