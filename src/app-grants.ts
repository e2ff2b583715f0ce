import type { Stores } from './app-stores.ts'
import type { Clock, Pause } from './kernel/clock.ts'
import { deriveKey } from './kernel/derive-key.ts'
import type { Random } from './kernel/random.ts'
import { createSeal } from './kernel/seal.ts'
import type { MakeIdToken } from './oauth/id-token/make-id-token.ts'
import type { SigningKeys } from './oauth/keys/signing-keys.ts'
import type { Grant } from './oauth/token/grant.ts'
import { createGrants } from './oauth/token/grants.ts'
import type { PasswordGrantDeps } from './oauth/token/password-grant.ts'
import { createOutboundFetch } from './outbound/outbound-fetch.node.ts'
import { createRemoteJwks } from './outbound/remote-jwks.ts'
import type { CarriedAttempt } from './sign-in/sign-in-attempt.ts'

interface GrantsDeps {
  readonly stores: Stores
  readonly secretKey: Uint8Array
  readonly issuer: string
  readonly keys: Pick<SigningKeys, 'signJwt'>
  readonly makeIdToken: MakeIdToken
  readonly signIn: Omit<PasswordGrantDeps['signIn'], 'attemptSeal'>
  readonly clock: Clock
  readonly random: Random
  readonly pause: Pause
}

/** The grants over the one database, by grant_type. */
export const createInstalledGrants = (deps: GrantsDeps): ReadonlyMap<string, Grant> => {
  const { stores, secretKey, issuer, keys, makeIdToken, signIn, clock, random, pause } = deps
  const fetch = createOutboundFetch()
  return createGrants({
    ...stores,
    clock,
    random,
    pause,
    maker: { random, issuer, signJwt: keys.signJwt, makeIdToken },
    subjects: {
      introspectors: stores.introspectors,
      accounts: stores.accounts,
      jwks: createRemoteJwks({ fetch, clock }),
      fetch,
      clock,
      issuer,
    },
    // NOTE: another key than the browsers' sign-ins have: what a client carries opens in no browser, nor the other way.
    signIn: {
      ...signIn,
      attemptSeal: createSeal<CarriedAttempt>({ key: deriveKey(secretKey, 'mfa-tokens'), random }),
    },
  })
}
