import type { WriteStep } from '../kernel/transact.ts'

/** Wrong client secrets per network; nobody's guesses can lock a client out elsewhere. */
export interface ClientGuessLimit {
  /** Seconds until the network may try again; undefined while it may. Reads only. */
  secondsToWait(address: string, now: Date): Promise<number | undefined>
  /** Counts a wrong secret atomically, together with `also`. Answers whether the network may try again at once. */
  countWrong(address: string, now: Date, also: readonly WriteStep[]): Promise<'open' | 'used-up'>
}
