import type { JsonObject } from '../../kernel/json.ts'
import { isJsonObject } from '../../kernel/json.ts'
import { isSignedBy } from '../../kernel/jws.ts'
import { SIGNING_ALGORITHMS } from './signing-algorithm.ts'

/** Longer than any token of ours. */
const LONGEST_JWT = 16_384

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/

/**
 * The claims of a JWT that one of our keys signed; undefined for every other text. Its age is not looked at: a hint may be
 * old (OpenID Connect RP-Initiated Logout §4). The header chooses among our keys and decides nothing else (RFC 8725 §3.1).
 */
export const verifyOwnJwt = (jwt: string, publicKeys: readonly JsonObject[]): JsonObject | undefined => {
  if (jwt.length > LONGEST_JWT || !COMPACT.test(jwt)) return undefined
  const [head = '', body = '', signature = ''] = jwt.split('.')
  const header = decode(head)
  const algorithm = SIGNING_ALGORITHMS.find((known) => known === header?.alg)
  const key = publicKeys.find((candidate) => candidate.kid === header?.kid)
  if (algorithm === undefined || key === undefined || key.alg !== algorithm) return undefined
  if (header?.crit !== undefined) return undefined
  return isSignedBy(key, algorithm, `${head}.${body}`, Buffer.from(signature, 'base64url'))
    ? decode(body)
    : undefined
}

const decode = (part: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isJsonObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
