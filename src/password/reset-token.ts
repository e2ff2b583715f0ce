import type { ResetProof } from './password-reset.store.ts'

/** What a token to set a new password says. It is worth something only while the database holds its `jti`. */
export interface ResetToken {
  readonly userId: string
  readonly jti: string
  readonly proof: ResetProof
  /** Milliseconds. */
  readonly expiresAt: number
}

export interface ResetTokens {
  sign(token: ResetToken): string
  /** Undefined for whatever we did not sign for this purpose. Does not look at its age. */
  read(text: string): ResetToken | undefined
}
