/** The time of day, passed in so that tests can move it. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** Whole seconds since 1970, as JWT claims want them (RFC 7519 §2, NumericDate). */
export const epochSeconds = (at: Date): number => Math.floor(at.getTime() / 1000)

/** ISO 8601 in UTC with six decimals, the last three always `000`. */
export const formatInstant = (at: Date): string => at.toISOString().replace('Z', '000Z')

/** Waits before an answer is decided; passed in so that tests need not wait. */
export type Pause = (milliseconds: number) => Promise<void>

export const systemPause: Pause = (milliseconds) =>
  new Promise((resolve) => setTimeout(resolve, milliseconds))
