import type { WriteStep } from '../kernel/transact.ts'
import type { ProvenFactor } from '../sessions/session.ts'

/** A factor somebody showed. It counts only when the transaction with its `use` commits. */
export interface Proof extends ProvenFactor {
  readonly use: readonly WriteStep[]
}

export interface SignInFacts {
  readonly userId: string
  /** Second factors that the user has, by id. */
  readonly enrolled: readonly string[]
  readonly proofs: readonly Proof[]
}

const finished: unique symbol = Symbol('finished sign-in')

/** All that this user must prove is proven. Only {@link nextSignInStep} makes one; a session takes nothing less. */
export interface FinishedSignIn {
  readonly [finished]: true
  readonly userId: string
  readonly proven: readonly ProvenFactor[]
  readonly use: readonly WriteStep[]
}

export type SignInStep =
  | { readonly kind: 'first-factor' }
  | { readonly kind: 'second-factor'; readonly factors: readonly string[] }
  | { readonly kind: 'signed-in'; readonly finished: FinishedSignIn }

const FIRST_FACTORS: readonly string[] = ['password']

/** What a sign-in needs next. Every way to sign in ends here, so that none can skip the second factor. */
export const nextSignInStep = ({ userId, enrolled, proofs }: SignInFacts): SignInStep => {
  const isProven = (factor: string): boolean => proofs.some((proof) => proof.factor === factor)
  if (!FIRST_FACTORS.some(isProven)) return { kind: 'first-factor' }
  const factors = enrolled.filter((factor) => !FIRST_FACTORS.includes(factor))
  if (factors.length > 0 && !factors.some(isProven)) return { kind: 'second-factor', factors }
  return {
    kind: 'signed-in',
    finished: {
      [finished]: true,
      userId,
      proven: inOrder(proofs).map(({ factor, at }) => ({ factor, at })),
      use: proofs.flatMap((proof) => proof.use),
    },
  }
}

/** First factors first, then as they were proven. */
const inOrder = (proofs: readonly Proof[]): readonly Proof[] => {
  const isSecond = (proof: Proof): number => Number(!FIRST_FACTORS.includes(proof.factor))
  return proofs.toSorted((one, other) => isSecond(one) - isSecond(other) || one.at - other.at)
}
