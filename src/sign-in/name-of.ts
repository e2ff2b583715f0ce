import type { Account } from '../accounts/account.ts'

/** How a page calls a user. */
export const nameOf = ({ id, userName, email }: Pick<Account, 'id' | 'userName' | 'email'>): string =>
  userName ?? email ?? id
