import type { Random } from '../kernel/random.ts'
import { newId } from '../kernel/secret-token.ts'

/** 32 hex digits: the process, by chance, and a counter. Unique, not secret; randomness for each would cost more than routing. */
export const requestIds = (random: Random): (() => string) => {
  const processPart = newId(random).slice(0, 20)
  let count = 0
  return () => {
    count += 1
    return `${processPart}${count.toString(16).padStart(12, '0')}`
  }
}
