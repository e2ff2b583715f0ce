import { tryJson } from '../http/json.ts'
import { epochSeconds } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { ASSERTION_ALGORITHMS } from './client-keys.ts'

/** A JWT as it was sent (RFC 7519 §3); nothing in it is proven yet. */
export interface UnverifiedAssertion {
  readonly header: JsonObject
  readonly claims: JsonObject
  /** What the signature is over. */
  readonly input: string
  readonly signature: Uint8Array
}

/** Why an assertion cannot count. `description` tells its sender, who can see the same in what it sent. */
export interface AssertionFault {
  /** For the audit log. */
  readonly reason: string
  readonly description: string
}

export interface AssertionFacts {
  readonly now: Date
  /** Who the assertion may be meant for: the issuer, the token endpoint. */
  readonly audiences: readonly string[]
}

const MOST_CHARACTERS = 16_384
const MOST_JTI_CHARACTERS = 1024
/** RFC 7523 §3: an expiry unreasonably far ahead may be refused; SMART App Launch §client-confidential-asymmetric says five minutes. */
const LONGEST_SECONDS = 300
/** How far two clocks may be apart (RFC 7519 §4.1.4: usually no more than a few minutes). */
export const SKEW_SECONDS = 60

/** RFC 7519 §5.1, and the explicit type of draft-ietf-oauth-rfc7523bis §4.4. Without one it is an assertion as of RFC 7523. */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'client-authentication+jwt'])

const COMPACT = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/

/** Takes a signed JWT apart (RFC 7515 §7.1); undefined where it is none. Names in it may not be doubled (§4). */
export const readAssertion = (text: string): UnverifiedAssertion | undefined => {
  if (text.length > MOST_CHARACTERS) return undefined
  const [, head = '', body = '', signature = ''] = COMPACT.exec(text) ?? []
  const header = readPart(head)
  const claims = readPart(body)
  return header === undefined || claims === undefined
    ? undefined
    : { header, claims, input: `${head}.${body}`, signature: Buffer.from(signature, 'base64url') }
}

/** Tells what is wrong with an assertion beside its signature (RFC 7523 §3, RFC 8725 §3), or undefined where nothing is. */
export const assertionFault = (
  { header, claims }: UnverifiedAssertion,
  facts: AssertionFacts,
): AssertionFault | undefined =>
  faultOfHeader(header) ?? faultOfParties(claims, facts) ?? faultOfTimes(claims, epochSeconds(facts.now))

const fault = (reason: string, description: string): AssertionFault => ({
  reason,
  description: `client_assertion: ${description}`,
})

const faultOfHeader = ({ alg, typ, crit }: JsonObject): AssertionFault | undefined => {
  if (!ASSERTION_ALGORITHMS.some((algorithm) => algorithm === alg))
    return fault('wrong-algorithm', `alg must be ${ASSERTION_ALGORITHMS.join(', ')}`)
  // NOTE: by type a token that we or others signed for another purpose could pass for an assertion (RFC 8725 §3.11).
  if (typ !== undefined && !(typeof typ === 'string' && TYPES.has(typ.toLowerCase())))
    return fault('wrong-type', 'typ must be JWT or client-authentication+jwt')
  return crit === undefined ? undefined : fault('unknown-extension', 'crit names what is not understood here')
}

const faultOfParties = (
  { iss, sub, aud, jti }: JsonObject,
  { audiences }: AssertionFacts,
): AssertionFault | undefined => {
  if (typeof sub !== 'string' || sub === '' || iss !== sub)
    return fault('wrong-issuer', 'iss and sub must both be the client_id')
  // NOTE: FAPI 2.0 wants the issuer as the one string; clients older than that name the token endpoint (RFC 7523 §3).
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud]
  if (!named.some((one) => audiences.some((audience) => audience === one)))
    return fault('wrong-audience', `aud must be ${audiences.join(' or ')}`)
  return typeof jti === 'string' && jti !== '' && jti.length <= MOST_JTI_CHARACTERS
    ? undefined
    : fault('jti-missing', `jti must be a new string each time, of at most ${MOST_JTI_CHARACTERS} characters`)
}

const faultOfTimes = ({ exp, iat, nbf }: JsonObject, now: number): AssertionFault | undefined => {
  if (!isInstant(exp)) return fault('exp-missing', 'exp must be a number of seconds since 1970')
  if (exp <= now - SKEW_SECONDS) return fault('expired-assertion', 'exp is over')
  if (exp > now + LONGEST_SECONDS + SKEW_SECONDS)
    return fault('expires-too-late', `exp must be at most ${LONGEST_SECONDS} seconds ahead`)
  for (const [name, value] of Object.entries({ iat, nbf })) {
    if (value === undefined) continue
    if (!isInstant(value))
      return fault('malformed-assertion', `${name} must be a number of seconds since 1970`)
    if (value > now + SKEW_SECONDS) return fault('not-yet-valid', `${name} is in the future`)
  }
  return undefined
}

const isInstant = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

const strict = new TextDecoder('utf-8', { fatal: true })

const readPart = (encoded: string): JsonObject | undefined => {
  try {
    const read = tryJson(strict.decode(Buffer.from(encoded, 'base64url')))
    return read.kind === 'json' && isJsonObject(read.value) ? read.value : undefined
  } catch {
    return undefined
  }
}
