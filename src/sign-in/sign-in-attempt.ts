import { hashSecretToken } from '../kernel/secret-token.ts'
import type { ProvenFactor } from '../sessions/session.ts'
import type { Delivery } from '../two-factor/second-factor.ts'
import { nextDeliveryAt } from '../two-factor/second-factor.ts'
import type { Destination } from './destination.ts'

export const ATTEMPT_SECONDS = 300
export const MAX_WRONG_ANSWERS = 5

/** A sign-in whose password was right and whose second factor is still to come. Never a session. */
export interface SignInAttempt extends Destination {
  readonly tokenHash: string
  readonly userId: string
  readonly proven: readonly ProvenFactor[]
  readonly wrongAnswers: number
  readonly delivery: Delivery
  readonly createdAt: number
  readonly expiresAt: number
}

/** The cookie finds its attempt only in the browser that began it: the key is made of both cookies. */
export const attemptHash = (token: string, flowHash: string): string =>
  hashSecretToken(`${token}.${flowHash}`)

/** Whether the attempt may still be answered: not expired, fewer than five wrong answers. */
export const isAlive = ({ wrongAnswers, expiresAt }: SignInAttempt, now: Date): boolean =>
  wrongAnswers < MAX_WRONG_ANSWERS && expiresAt > now.getTime()

/** When the next code can be sent; undefined where none is ever sent. */
export const resendAt = ({ delivery }: SignInAttempt): number | undefined => nextDeliveryAt(delivery)
