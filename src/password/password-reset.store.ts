import type { WriteStep } from '../kernel/transact.ts'

/** What may set a new password: the link, or the link together with a code of the second factor. */
export type ResetProof = 'link' | 'set'

export interface PasswordReset {
  readonly linkHash: string
  readonly linkExpiresAt: number
  readonly setHash: string | undefined
  readonly setExpiresAt: number | undefined
}

export interface PasswordResetStore {
  find(userId: string): Promise<PasswordReset | undefined>
  /** Replaces an earlier link and whatever came of it. */
  issueStep(userId: string, linkHash: string, expiresAt: Date): WriteStep
  /** A guard: adds the token of a right code to the link, which must be this one and not too old; a later one replaces it. */
  confirmGuard(
    userId: string,
    linkHash: string,
    now: Date,
    set: { readonly hash: string; readonly expiresAt: Date },
  ): WriteStep
  /** A guard: uses the proof up; of any number at once one commits. */
  spendGuard(userId: string, proof: ResetProof, hash: string, now: Date): WriteStep
  /** Makes an outstanding link worth nothing. */
  endStep(userId: string): WriteStep
}
