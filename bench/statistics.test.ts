import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { combineRounds, spreadOf } from './statistics.ts'

describe('the statistics of the benchmark', () => {
  test('the median of an odd number of values is the middle one, in numeric order', () => {
    assert.deepEqual(spreadOf([100, 9, 20]), { median: 20, low: 9, high: 100 })
  })

  test('the median of an even number of values lies between the middle two', () => {
    assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, low: 1, high: 4 })
  })

  test('nothing has no median', () => {
    assert.throws(() => spreadOf([]), RangeError)
  })

  test('figures are combined round by round', () => {
    assert.deepEqual(
      combineRounds([6, 8], [2, 4], (one, other) => one / other),
      [3, 2],
    )
    assert.throws(() => combineRounds([1], [1, 2], Math.max), RangeError)
  })
})
