import type { SecondFactor } from '../two-factor/second-factor.ts'

/** The installed second factors that the user has, in the order they are offered. */
export const enrolledFactors = async (
  factors: readonly SecondFactor[],
  userId: string,
): Promise<readonly SecondFactor[]> => {
  const enrolled: SecondFactor[] = []
  for (const factor of factors) if (await factor.isEnrolled(userId)) enrolled.push(factor)
  return enrolled
}

/** A factor that the user has, and the mark of what is enrolled. */
export interface Enrolment {
  readonly factor: SecondFactor
  readonly mark: string
}

/** As {@link enrolledFactors}, with what tells whether one was changed since. */
export const enrolments = async (
  factors: readonly SecondFactor[],
  userId: string,
): Promise<readonly Enrolment[]> => {
  const found: Enrolment[] = []
  for (const factor of factors) {
    const mark = await factor.enrolmentMark(userId)
    if (mark !== undefined) found.push({ factor, mark })
  }
  return found
}
