import { fromBase32 } from '../../src/two-factor/totp/base32.ts'
import { codeAtStep, stepAt } from '../../src/two-factor/totp/totp.ts'

/** What an authenticator with this Base32 secret shows then, or so many steps later. */
export const codeAt = (secret: string, at: Date, offset = 0): string =>
  codeAtStep({ bytes: fromBase32(secret), algorithm: 'SHA1' }, stepAt(at) + offset)

/** A code of no step within a quarter of an hour. */
export const wrongCodeAt = (secret: string, at: Date): string => {
  const near = new Set(Array.from({ length: 61 }, (_, index) => codeAt(secret, at, index - 30)))
  const guesses = Array.from({ length: 62 }, (_, index) => String(index * 111).padStart(6, '0'))
  return guesses.find((guess) => !near.has(guess)) ?? ''
}
