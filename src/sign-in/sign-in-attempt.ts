import type { Seal } from '../kernel/seal.ts'
import type { BrowserSession, ProvenFactor } from '../sessions/session.ts'
import type { Delivery } from '../two-factor/second-factor.ts'
import { nextDeliveryAt } from '../two-factor/second-factor.ts'
import type { Destination } from './destination.ts'

export const ATTEMPT_SECONDS = 300
export const MAX_WRONG_ANSWERS = 5
/** Browsers keep 4096 bytes of a cookie, attributes included (RFC 6265 §6.1); sealing makes a third more of it. */
export const LONGEST_CARRIED = 2048

/** What the browser carries of a sign-in under way, sealed (ADR 10). */
export interface CarriedAttempt {
  /** 128 random bits; the key of its row, where it has one. */
  readonly id: string
  readonly userId: string
  readonly proven: readonly ProvenFactor[]
  /** Of the password hash that was right: after a change of it nobody finishes what began before. */
  readonly passwordMark: string
  /** By factor: what was enrolled when the attempt began. Likewise. */
  readonly factorMarks: Readonly<Record<string, string>>
  /** Undefined where it is too long for a cookie: the row has it then. */
  readonly destination: Destination | undefined
  /** The session that is to prove one factor more: it stands for the password, and must live until then. */
  readonly session?: Pick<BrowserSession, 'id' | 'authenticatedAt'>
  readonly createdAt: number
  readonly expiresAt: number
}

export type AttemptSeal = Seal<CarriedAttempt>

/** What is known of an attempt besides; there is a row only where something happened to it. */
export interface AttemptRecord {
  readonly wrongAnswers: number
  readonly delivery: Delivery
  /** Where it is not carried. */
  readonly destination: Destination | undefined
  /** It signed in, was replaced, or its browser signed out. */
  readonly isSpent: boolean
}

/** A sign-in whose password was right and whose second factor is still to come. Never a session. */
export interface SignInAttempt
  extends Omit<CarriedAttempt, 'destination'>,
    Destination,
    Pick<AttemptRecord, 'wrongAnswers' | 'delivery'> {}

/** Whether the attempt may still be answered: not expired, fewer than five wrong answers. */
export const isAlive = (
  { wrongAnswers, expiresAt }: Pick<SignInAttempt, 'wrongAnswers' | 'expiresAt'>,
  now: Date,
): boolean => wrongAnswers < MAX_WRONG_ANSWERS && expiresAt > now.getTime()

/** When the next code can be sent; undefined where none is ever sent. */
export const resendAt = ({ delivery }: Pick<SignInAttempt, 'delivery'>): number | undefined =>
  nextDeliveryAt(delivery)
