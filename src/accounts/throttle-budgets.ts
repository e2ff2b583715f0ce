import type { Guess } from './throttle.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The last instant a Date can hold: blocked until somebody resets it. */
export const FOR_EVER = 8.64e15

/** From the `after`-th wrong answer on, nothing more is tried for so long. */
export interface Block {
  readonly after: number
  readonly milliseconds: number | 'rest-of-window' | 'for-ever'
}

/** How many wrong answers one counter bears; `blocks` in ascending order. */
export interface Budget {
  /** The count starts anew after so long; undefined: it runs until a right answer. */
  readonly windowMilliseconds: number | undefined
  readonly blocks: readonly Block[]
}

/** All numbers of throttling, per account and factor, per device, per network. */
export const BUDGETS = {
  /** 5, then waits of 30 s · 2ⁿ up to 1 h; NIST SP 800-63B §3.2.2: at most 100 in a row. */
  account: {
    windowMilliseconds: undefined,
    blocks: [
      { after: 5, milliseconds: 30 * SECOND },
      { after: 6, milliseconds: MINUTE },
      { after: 7, milliseconds: 2 * MINUTE },
      { after: 8, milliseconds: 4 * MINUTE },
      { after: 9, milliseconds: 8 * MINUTE },
      { after: 10, milliseconds: 16 * MINUTE },
      { after: 11, milliseconds: 32 * MINUTE },
      { after: 12, milliseconds: HOUR },
      { after: 100, milliseconds: 'for-ever' },
    ],
  },
  device: { windowMilliseconds: 15 * MINUTE, blocks: [{ after: 5, milliseconds: 'rest-of-window' }] },
  /** A stolen device must not guess 480 times a day for ever. */
  deviceInARow: { windowMilliseconds: undefined, blocks: [{ after: 100, milliseconds: 'for-ever' }] },
  network: { windowMilliseconds: MINUTE, blocks: [{ after: 60, milliseconds: 'rest-of-window' }] },
} as const satisfies Record<string, Budget>

/**
 * The longest block that ends by itself. One that would last longer was set while the clock ran ahead, and is over now
 * that the clock is right again.
 */
export const LONGEST_BLOCK = HOUR

/** Counts in a row are kept so long after the last wrong answer. */
export const KEPT_MILLISECONDS = 90 * DAY

/** One counter a guess is charged to. */
export interface Charge {
  readonly key: string
  readonly budget: Budget
  /** Whether a right answer clears it. */
  readonly isCleared: boolean
}

/** The rows in which wrong answers are counted: strangers per account, known browsers each by themselves. */
export const accountKey = (account: string, factor: Guess['factor']): string => `account:${factor}:${account}`
export const deviceKey = (deviceId: string, factor: Guess['factor']): string => `device:${factor}:${deviceId}`
export const deviceInARowKey = (deviceId: string, factor: Guess['factor']): string =>
  `device-in-a-row:${factor}:${deviceId}`

/**
 * The two counters a guess is charged to. A device that signed in before has budgets of its own and nothing else, so that neither
 * guesses at the account nor neighbours in its network lock it out.
 */
export const chargesOf = (
  { account, factor, deviceId }: Guess,
  network: string,
): readonly [Charge, Charge] =>
  deviceId === undefined
    ? [
        { key: accountKey(account, factor), budget: BUDGETS.account, isCleared: true },
        { key: `network:${network}`, budget: BUDGETS.network, isCleared: false },
      ]
    : [
        { key: deviceKey(deviceId, factor), budget: BUDGETS.device, isCleared: true },
        { key: deviceInARowKey(deviceId, factor), budget: BUDGETS.deviceInARow, isCleared: true },
      ]
