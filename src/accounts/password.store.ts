import type { WriteStep } from '../kernel/transact.ts'

/** A password's hash, and a count of what has ended the sign-ins that were under way with it. */
export interface StoredPassword {
  readonly hash: string
  readonly epoch: number
}

export interface PasswordStore {
  find(userId: string): Promise<StoredPassword | undefined>
  setStep(userId: string, hash: string, at: Date): WriteStep
  removeStep(userId: string): WriteStep
  /** As {@link unchangedGuard}, and replaces the hash by a better one of the same password. */
  rehashGuard(userId: string, from: string, to: string): WriteStep
  /** A guard: sets the hash of a new password unless the old one changed or a sign-in was ended since. */
  replaceGuard(userId: string, from: StoredPassword, hash: string, at: Date): WriteStep
  /** A guard: refuses the transaction unless the password is the same and no sign-in was ended since. */
  unchangedGuard(userId: string, password: StoredPassword): WriteStep
  /** Ends every sign-in under way of the user: what was proven before counts no more. */
  endAttemptsStep(userId: string): WriteStep
}
