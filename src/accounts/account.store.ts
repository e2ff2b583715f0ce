import type { WriteStep } from '../kernel/transact.ts'
import type { Account } from './account.ts'

export interface AccountStore {
  find(id: string): Promise<Account | undefined>
  /**
   * Finds whom a typed login name means: userName (exact; like an e-mail where it holds an @), e-mail (case-insensitive)
   * or id (exact), blanks around it ignored.
   * A name that means more than one account finds nobody.
   */
  findByLoginName(name: string): Promise<Account | undefined>
  /** A guard: refuses the transaction unless the user exists and is active. */
  activeGuard(id: string): WriteStep
}
