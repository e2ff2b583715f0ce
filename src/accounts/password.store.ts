import type { WriteStep } from '../kernel/transact.ts'

export interface PasswordStore {
  findHash(userId: string): Promise<string | undefined>
  setStep(userId: string, hash: string, at: Date): WriteStep
  removeStep(userId: string): WriteStep
  /** Replaces the hash only while it still is `from` (re-hash at sign-in); changes nothing otherwise. */
  rehashStep(userId: string, from: string, to: string): WriteStep
  /** A guard: refuses the transaction unless the user's hash still is this one. */
  unchangedGuard(userId: string, hash: string): WriteStep
}
