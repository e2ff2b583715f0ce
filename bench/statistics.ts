/** The middle of some measured values and the ends of their range. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** @throws {RangeError} when there is no value */
export const spreadOf = (values: readonly number[]): Spread => {
  const sorted = values.toSorted((left, right) => left - right)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  const low = sorted[0]
  const high = sorted.at(-1)
  if (upper === undefined || lower === undefined || low === undefined || high === undefined)
    throw new RangeError('there is no median of no values')
  return { median: (lower + upper) / 2, low, high }
}

export const medianOf = (values: readonly number[]): number => spreadOf(values).median

/**
 * Combines two figures round by round, so that what slowed both in one round cancels out.
 * @throws {RangeError} when they have not the same number of rounds
 */
export const combineRounds = (
  left: readonly number[],
  right: readonly number[],
  combine: (left: number, right: number) => number,
): readonly number[] => {
  if (left.length !== right.length) throw new RangeError(`${left.length} rounds against ${right.length}`)
  return left.map((value, round) => combine(value, right[round] ?? Number.NaN))
}
