import type { Account } from './account.ts'

export interface AccountStore {
  find(id: string): Promise<Account | undefined>
  /**
   * Finds whom a typed login name means: userName (exact), e-mail (case-insensitive) or id (exact), blanks around it ignored.
   * A name that means more than one account finds nobody.
   */
  findByLoginName(name: string): Promise<Account | undefined>
}
