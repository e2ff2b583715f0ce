import { networkOf } from '../http/client-address.ts'
import type { WriteStep } from '../kernel/transact.ts'

/** One guess at a secret: whose, which, from where. */
export interface Guess {
  /** The account's id, or for an unknown login name `unknown:` and a hash of it, so that both behave alike. */
  readonly account: string
  readonly factor: 'password' | 'totp'
  readonly address: string
  /** Set when the browser finished a sign-in of this account before: it then has its own budget instead of the account's. */
  readonly deviceId?: string
}

export type ThrottleState =
  | { readonly kind: 'open' }
  | { readonly kind: 'throttled'; readonly retryAfterSeconds: number }
  /** 100 wrong answers in a row: refused until an administrator resets the factor. */
  | { readonly kind: 'disabled' }

/**
 * Names a block for a record of it: whatever the number of guesses that it refuses, the log tells of it once or twice per
 * network and user. `userId` is left out where nobody is meant.
 */
export const nameOfBlock = (
  block: Exclude<ThrottleState, { readonly kind: 'open' }>,
  { factor, address, userId }: Pick<Guess, 'factor' | 'address'> & { readonly userId: string | undefined },
  now: Date,
): string => {
  const seconds = Math.floor(now.getTime() / 1000)
  const until =
    block.kind === 'throttled' ? seconds + block.retryAfterSeconds : Math.ceil(seconds / 3600) * 3600
  return ['blocked', factor, networkOf(address), userId ?? '', until].join(' ')
}

/** Budgets per account and factor, device and network; kept in the database, right with many processes. */
export interface Throttle {
  /** May this guess be tried at all? Reads only. */
  state(guess: Guess): Promise<ThrottleState>
  /**
   * Counts a wrong answer atomically, together with `also`. Anything but `open` means that the budget was used up before
   * this guess: the answer must then be refused without saying whether it was right.
   */
  failed(guess: Guess, also: readonly WriteStep[]): Promise<ThrottleState>
  /** Guarded steps for the transaction a right answer leads to: refused while blocked, otherwise they clear the count. */
  succeededSteps(guess: Guess): readonly WriteStep[]
  /** Clears the count of a right answer that was looked at before; a block that came meanwhile stays, and refuses nothing. */
  clearedSteps(guess: Guess): readonly WriteStep[]
  /** Were there a hundred wrong answers in a row, by strangers or on a device the account knows? */
  isDisabled(account: string, factor: Guess['factor']): Promise<boolean>
  /** Clears every count of the account's factor (administrator, recovery). */
  resetSteps(account: string, factor: Guess['factor']): readonly WriteStep[]
}
