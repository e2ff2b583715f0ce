import type { WriteStep } from '../kernel/transact.ts'

export interface PasswordStore {
  findHash(userId: string): Promise<string | undefined>
  setStep(userId: string, hash: string, at: Date): WriteStep
  removeStep(userId: string): WriteStep
  /** As {@link unchangedGuard}, and replaces the hash by a better one of the same password. */
  rehashGuard(userId: string, from: string, to: string): WriteStep
  /** A guard: refuses the transaction unless the user's hash still is this one. */
  unchangedGuard(userId: string, hash: string): WriteStep
}
