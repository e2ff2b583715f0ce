import { epochSeconds } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { ProvenFactor } from './session.ts'

/** Authenticator assurance levels of NIST SP 800-63B, as values of `acr`: a password alone, and a second factor beside it. */
export const ACR_VALUES = ['aal1', 'aal2'] as const

export type Acr = (typeof ACR_VALUES)[number]

/** RFC 8176 §2. */
const METHODS: Readonly<Record<string, string>> = { password: 'pwd', totp: 'otp' }

const SECOND_FACTORS: readonly string[] = ['totp']

/** How somebody was authenticated (RFC 8176): `pwd`, `otp`, and `mfa` where it was more than one kind of factor. */
export const amrOf = (proven: readonly ProvenFactor[]): readonly string[] => {
  const methods = [...new Set(proven.map(({ factor }) => METHODS[factor] ?? factor))]
  return methods.length > 1 ? [...methods, 'mfa'] : methods
}

/** The level that the proven factors reach; computed, never stored. */
export const acrOf = (proven: readonly ProvenFactor[]): Acr => {
  const hasSecond = proven.some(({ factor }) => SECOND_FACTORS.includes(factor))
  return hasSecond && proven.length > 1 ? 'aal2' : 'aal1'
}

/**
 * What a token tells of its sign-in (RFC 9068 §2.2.1). Nothing where nobody signed in here: a client for itself, and whom
 * another issuer vouches for.
 */
export const authenticationClaims = (token: {
  readonly proven: readonly ProvenFactor[]
  readonly authenticatedAt: number
}): JsonObject =>
  token.proven.length === 0
    ? {}
    : {
        auth_time: epochSeconds(new Date(token.authenticatedAt)),
        acr: acrOf(token.proven),
        amr: amrOf(token.proven),
      }

/** Whether a sign-in of level `reached` does for somebody who asks for `asked`. */
export const isAcrReached = (reached: Acr, asked: Acr): boolean =>
  ACR_VALUES.indexOf(reached) >= ACR_VALUES.indexOf(asked)
