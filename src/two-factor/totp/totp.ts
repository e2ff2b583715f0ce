import { HOTP, Secret } from 'otpauth'
import { equalSecrets } from '../../kernel/secret-token.ts'

/** RFC 6238 §4.1: X = 30 seconds, T0 = 0. */
export const STEP_SECONDS = 30

/** The hash functions of RFC 6238 §1.2. Authenticators know SHA1 for certain, the others here and there. */
export type TotpAlgorithm = 'SHA1' | 'SHA256' | 'SHA512'

export interface TotpKey {
  readonly bytes: Uint8Array
  readonly algorithm: TotpAlgorithm
}

/** The number of the time step that an instant lies in (RFC 6238 §4.2: T). */
export const stepAt = (at: Date): number => Math.floor(at.getTime() / (STEP_SECONDS * 1000))

/** The instant, in milliseconds, at which a step begins. */
export const startOfStep = (step: number): number => step * STEP_SECONDS * 1000

/** The code of one step, left-padded with zeros (RFC 4226 §5.3). */
export const codeAtStep = (key: TotpKey, step: number, digits: 6 | 8 = 6): string =>
  HOTP.generate({
    secret: new Secret({ buffer: Uint8Array.from(key.bytes).buffer }),
    algorithm: key.algorithm,
    digits,
    counter: step,
  })

/**
 * Six ASCII digits out of what a person typed or pasted; blanks of every kind (no-break space, tab, line end) do not count.
 * Undefined for anything else: other scripts' digits, signs and missing zeros are not guessed at.
 */
export const readCode = (typed: string): string | undefined => {
  // NOTE: bounded before the replacement, so that a megabyte of blanks costs nothing.
  const code = typed.length > 64 ? '' : typed.replaceAll(/\s/g, '')
  return /^[0-9]{6}$/.test(code) ? code : undefined
}

/**
 * The step whose code this is, among the current one and `pastSteps` before it, the newest first; never a future one.
 * Computes and compares the whole window whatever it finds, so that time tells nothing of the step.
 */
export const matchStep = (key: TotpKey, code: string, now: Date, pastSteps: number): number | undefined => {
  const current = stepAt(now)
  let matched: number | undefined
  for (let step = current - pastSteps; step <= current; step++) {
    if (equalSecrets(codeAtStep(key, step), code)) matched = step
  }
  return matched
}
