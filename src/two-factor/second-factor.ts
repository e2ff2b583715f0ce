import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { WriteStep } from '../kernel/transact.ts'

export interface FactorAnswer {
  readonly userId: string
  /** As typed. */
  readonly answer: string
  readonly origin: RequestOrigin
  readonly deviceId?: string
}

/**
 * `right` is a proof to be spent: it counts only when a transaction that contains `use` commits. `use` is guarded, so of
 * any number of equal answers in flight one transaction commits; a transaction refused at one of these steps is `wrong`.
 */
export type FactorCheck =
  | { readonly kind: 'right'; readonly factor: string; readonly use: readonly WriteStep[] }
  /** `reason` goes to the audit log only. Count it with the throttle. */
  | { readonly kind: 'wrong'; readonly reason: 'wrong' | 'reused' | 'malformed' | 'not-enrolled' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly kind: 'disabled' }

/** What the code page may say about a code that was sent; never the code. */
export type Delivery =
  | { readonly kind: 'none' }
  | { readonly kind: 'sent'; readonly at: number }
  /** `isUnderWay`: the receiver is being called, and nothing is known of it yet. */
  | { readonly kind: 'failed'; readonly at: number; readonly isUnderWay?: true }
  /** The current step is used up: the next code can be sent at this instant. */
  | { readonly kind: 'waiting'; readonly until: number }

/** How long to wait before a code is sent once more. */
export const RESEND_MILLISECONDS = 30_000

/** When the next code can be sent; undefined where none was sent or tried yet. */
export const nextDeliveryAt = (delivery: Delivery): number | undefined => {
  switch (delivery.kind) {
    case 'none':
      return undefined
    case 'waiting':
      return delivery.until
    case 'sent':
    case 'failed':
      return delivery.at + RESEND_MILLISECONDS
  }
}

/** Something a person can prove besides the password. A new one is a folder, a migration and one line in app.ts. */
export interface SecondFactor {
  /** In URLs and rows; never renamed. */
  readonly id: string
  isEnrolled(userId: string): Promise<boolean>
  /** Names what is enrolled, another one after each change of it; undefined where nothing is. Tells nothing of a secret. */
  enrolmentMark(userId: string): Promise<string | undefined>
  /** Guarded: refused once the user has this factor, also where it is being enabled at this moment. */
  notEnrolledSteps(userId: string): readonly WriteStep[]
  /** Takes it away, also where it was only shown, whoever asks; what was used up stays used. */
  resetSteps(userId: string, at: Date): readonly WriteStep[]
  /** Called when the sign-in comes to this factor and for each resend. TOTP: sends the code by webhook where one is set. */
  begin(userId: string, origin: RequestOrigin): Promise<Delivery>
  check(answer: FactorAnswer): Promise<FactorCheck>
  /** Counts a wrong answer together with `also`; anything but `counted` must be shown as throttled. */
  countWrong(
    answer: FactorAnswer,
    also: readonly WriteStep[],
  ): Promise<
    | { readonly kind: 'counted' }
    | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
    | { readonly kind: 'disabled' }
  >
}
