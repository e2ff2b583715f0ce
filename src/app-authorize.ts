import type { Stores } from './app-stores.ts'
import type { CurrentAuthPolicy } from './auth-config/auth-config.ts'
import type { Cookies } from './http/cookies.ts'
import type { Clock } from './kernel/clock.ts'
import { deriveKey } from './kernel/derive-key.ts'
import type { Random } from './kernel/random.ts'
import { createSeal } from './kernel/seal.ts'
import { createAuthorizationFlow } from './oauth/authorize/authorization-flow.ts'
import { formPostRoutes } from './oauth/authorize/form-post.routes.ts'
import type { PendingRequest } from './oauth/authorize/request-seal.ts'
import type { FormPostAnswer } from './oauth/authorize/respond.ts'
import { createResponder } from './oauth/authorize/respond.ts'
import type { MakeIdToken } from './oauth/id-token/make-id-token.ts'
import type { SigningKeys } from './oauth/keys/signing-keys.ts'
import { enrolledFactors } from './sign-in/enrolled-factors.ts'
import type { SecondFactor } from './two-factor/second-factor.ts'

interface AuthorizationDeps {
  readonly stores: Stores
  readonly secretKey: Uint8Array
  readonly issuer: string
  readonly keys: Pick<SigningKeys, 'signJwt' | 'verifyOwnJwt'>
  readonly makeIdToken: MakeIdToken
  readonly factors: readonly SecondFactor[]
  readonly cookies: Cookies
  readonly currentPolicy: CurrentAuthPolicy
  readonly clock: Clock
  readonly random: Random
}

/** The authorization endpoint: its rules, and the page that posts its answers. */
export const createAuthorization = (deps: AuthorizationDeps) => {
  const { stores, secretKey, issuer, keys, makeIdToken, factors, cookies, currentPolicy, clock, random } =
    deps
  const responder = createResponder({
    answerSeal: createSeal<FormPostAnswer>({ key: deriveKey(secretKey, 'authorization-answers'), random }),
    clock,
    issuer,
  })
  return {
    flow: createAuthorizationFlow({
      ...stores,
      clock,
      random,
      issuer,
      requestSeal: createSeal<PendingRequest>({
        key: deriveKey(secretKey, 'authorization-requests'),
        random,
      }),
      responder,
      maker: { random, issuer, signJwt: keys.signJwt, makeIdToken },
      verifyOwnJwt: keys.verifyOwnJwt,
      hasSecondFactor: async (userId) => (await enrolledFactors(factors, userId)).length > 0,
    }),
    formPost: formPostRoutes({ responder, cookies, currentPolicy }),
  }
}
