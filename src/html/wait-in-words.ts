/** A wait as a person says it, never shorter than it is: `1 second`, `45 seconds`, `2 minutes`, `3 hours`. */
export const waitInWords = (seconds: number): string => {
  const whole = Math.max(1, Math.ceil(seconds))
  if (whole < 60) return count(whole, 'second')
  const minutes = Math.ceil(whole / 60)
  return minutes < 60 ? count(minutes, 'minute') : count(Math.ceil(minutes / 60), 'hour')
}

/** The time that is left, never more than it is, to the second: `45 seconds`, `1 minute`, `14 minutes`. */
export const timeLeftInWords = (seconds: number): string => {
  const whole = Math.max(1, Math.ceil(seconds))
  if (whole < 60) return count(whole, 'second')
  const minutes = Math.floor(whole / 60)
  return minutes < 60 ? count(minutes, 'minute') : count(Math.floor(minutes / 60), 'hour')
}

/** What to tell a person who tried too often. */
export const tooManyTries = (retryAfterSeconds: number): string =>
  `Too many tries. Try again in ${waitInWords(retryAfterSeconds)}.`

const count = (amount: number, unit: string): string => `${amount} ${unit}${amount === 1 ? '' : 's'}`
