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
