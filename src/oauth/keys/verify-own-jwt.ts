import type { JsonObject } from '../../kernel/json.ts'
import { isJsonObject } from '../../kernel/json.ts'
import { isSignedBy } from '../../kernel/jws.ts'
import { SIGNING_ALGORITHMS } from './signing-algorithm.ts'

export type OwnJwtVerdict =
  /** By one of our keys, however long ago: a hint may be old (OpenID Connect RP-Initiated Logout §4). */
  | { readonly kind: 'signed'; readonly claims: JsonObject }
  /** `reason` is for the audit log. */
  | { readonly kind: 'forged'; readonly reason: string }
  | { readonly kind: 'no-jwt' }

/** What a body of a form may hold: an ID token has what the User says of itself, a picture too. */
const LONGEST_JWT = 65_536

/** NOTE: without a signature too, as `none` leaves it, so that it is known for what it is. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]*$/

/** Tells whether one of our keys signed a JWT. The header chooses among them and decides nothing else (RFC 8725 §3.1). */
export const judgeOwnJwt = (text: string, publicKeys: readonly JsonObject[]): OwnJwtVerdict => {
  if (text.length > LONGEST_JWT || !COMPACT.test(text)) return { kind: 'no-jwt' }
  const [head = '', body = '', signature = ''] = text.split('.')
  const header = decode(head)
  const claims = decode(body)
  if (header === undefined || claims === undefined) return { kind: 'no-jwt' }
  const algorithm = SIGNING_ALGORITHMS.find((known) => known === header.alg)
  if (algorithm === undefined) return forged('wrong-algorithm')
  const key = publicKeys.find((candidate) => candidate.kid === header.kid)
  if (key === undefined) return forged('foreign-kid')
  if (key.alg !== algorithm) return forged('wrong-algorithm')
  if (header.crit !== undefined) return forged('critical-header')
  return isSignedBy(key, algorithm, `${head}.${body}`, Buffer.from(signature, 'base64url'))
    ? { kind: 'signed', claims }
    : forged('bad-signature')
}

const forged = (reason: string): OwnJwtVerdict => ({ kind: 'forged', reason })

const decode = (part: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
