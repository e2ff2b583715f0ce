import type { Clock } from '../../src/kernel/clock.ts'

export interface FakeClock extends Clock {
  advance(milliseconds: number): void
}

/** Stands still until it is moved. */
export const createFakeClock = (start = Date.UTC(2026, 0, 1)): FakeClock => {
  let at = start
  return {
    now: () => new Date(at),
    advance: (milliseconds) => {
      at += milliseconds
    },
  }
}
