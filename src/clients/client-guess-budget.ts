/** The network budget of every secret: 60 wrong answers a minute. */
export const WRONG_PER_WINDOW = 60
export const WINDOW_MILLISECONDS = 60_000

/** The wrong answers of a network that one process saw. */
export interface Suspect {
  readonly windowStartsAt: number
  readonly wrong: number
  readonly lastAt: number
}

/** NOTE: a window that begins later was begun while the clock ran ahead. */
const isInWindow = ({ windowStartsAt }: Suspect, at: number): boolean =>
  windowStartsAt <= at && at < windowStartsAt + WINDOW_MILLISECONDS

export const withOneMoreWrong = (before: Suspect | undefined, at: number): Suspect =>
  before !== undefined && isInWindow(before, at)
    ? { ...before, wrong: before.wrong + 1, lastAt: at }
    : { windowStartsAt: at, wrong: 1, lastAt: at }

/** Seconds until the budget is whole again; undefined while there is some left. */
export const secondsUsedUp = (suspect: Suspect | undefined, at: number): number | undefined =>
  suspect !== undefined && suspect.wrong >= WRONG_PER_WINDOW && isInWindow(suspect, at)
    ? Math.ceil((suspect.windowStartsAt + WINDOW_MILLISECONDS - at) / 1000)
    : undefined
