import type { Json, JsonObject } from '../../../api/server.ts'

/** One thing that an application must look at, and how it came out. */
export interface Check {
  readonly title: string
  readonly hasPassed: boolean
  readonly why: string
}

/** Whether what came back is what was sent or expected. */
export const checkEqual = (title: string, expected: Json | undefined, got: Json | undefined): Check => ({
  title,
  hasPassed: expected !== undefined && got === expected,
  why: got === expected ? `It is ${say(expected)}.` : `Expected ${say(expected)}, got ${say(got)}.`,
})

export interface IdTokenExpectation {
  readonly claims: JsonObject
  readonly issuer: string
  readonly clientId: string
  readonly nonce: string | undefined
  readonly now: number
}

/** What OpenID Connect Core §3.1.3.7 asks for, beside the signature. */
export const checkIdToken = ({
  claims,
  issuer,
  clientId,
  nonce,
  now,
}: IdTokenExpectation): readonly Check[] => [
  checkEqual('iss is the issuer', issuer, claims.iss),
  checkAudience(claims.aud, clientId),
  ...(nonce === undefined ? [] : [checkEqual('nonce is the one that was sent', nonce, claims.nonce)]),
  checkExpiry(claims.exp, now),
]

/** Whether a token still lives. */
export const checkExpiry = (exp: Json | undefined, now: number): Check => {
  const title = 'exp lies ahead'
  if (typeof exp !== 'number') return { title, hasPassed: false, why: `Expected a number, got ${say(exp)}.` }
  const seconds = Math.round(exp - now / 1000)
  return {
    title,
    hasPassed: seconds > 0,
    why: seconds > 0 ? `It lives for another ${seconds} s.` : `It is over since ${-seconds} s.`,
  }
}

const checkAudience = (aud: Json | undefined, clientId: string): Check => {
  const audiences = Array.isArray(aud) ? (aud as readonly Json[]) : [aud]
  const hasPassed = audiences.includes(clientId)
  return {
    title: 'aud is this client',
    hasPassed,
    why: hasPassed ? `It is ${say(aud)}.` : `Expected ${say(clientId)}, got ${say(aud)}.`,
  }
}

const LONGEST = 200

const say = (value: Json | undefined): string => {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

/** The claims that are instants, in words. */
export const instantsOf = (claims: JsonObject): readonly (readonly [name: string, instant: string])[] =>
  ['iat', 'nbf', 'auth_time', 'exp'].flatMap((name) => {
    const value = claims[name]
    if (typeof value !== 'number') return []
    const instant = new Date(value * 1000)
    return Number.isNaN(instant.getTime()) ? [] : [[name, instant.toISOString()] as const]
  })
