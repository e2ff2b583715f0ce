import assert from 'node:assert/strict'
import { test } from 'node:test'
import { timeLeftInWords, tooManyTries, waitInWords } from './wait-in-words.ts'

const WAITS = [
  [0, '1 second'],
  [1, '1 second'],
  [44.2, '45 seconds'],
  [59, '59 seconds'],
  [59.5, '1 minute'],
  [60, '1 minute'],
  [61, '2 minutes'],
  [3540, '59 minutes'],
  [3541, '1 hour'],
  [3601, '2 hours'],
] as const

for (const [seconds, words] of WAITS)
  test(`a wait of ${seconds} s is said as ${words}`, () => {
    assert.equal(waitInWords(seconds), words)
  })

const DEADLINES = [
  [0, '1 second'],
  [59, '59 seconds'],
  [60, '1 minute'],
  [119, '1 minute'],
  [299.9, '5 minutes'],
  [301, '5 minutes'],
  [3599, '59 minutes'],
  [7199, '1 hour'],
] as const

for (const [seconds, words] of DEADLINES)
  test(`${seconds} s that are left are said as ${words}`, () => {
    assert.equal(timeLeftInWords(seconds), words)
  })

test('a person who tried too often is told how long to wait', () => {
  assert.equal(tooManyTries(90), 'Too many tries. Try again in 2 minutes.')
})
