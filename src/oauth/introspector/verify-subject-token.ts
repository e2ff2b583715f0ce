import type { AccountStore } from '../../accounts/account.store.ts'
import type { Client } from '../../clients/client.ts'
import type { Clock } from '../../kernel/clock.ts'
import { epochSeconds } from '../../kernel/clock.ts'
import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import type { OutboundFetch } from '../../outbound/outbound-fetch.ts'
import type { RemoteJwks } from '../../outbound/remote-jwks.ts'
import { parseScope } from '../scope.ts'
import { askIssuer } from './ask-issuer.ts'
import type { CompactJwt } from './compact-jwt.ts'
import { parseCompactJwt } from './compact-jwt.ts'
import type { IntrospectorStore } from './introspector.store.ts'
import type { Introspector } from './introspector.ts'
import { signatureFault } from './signature-fault.ts'

export interface VerifySubjectDeps {
  readonly introspectors: IntrospectorStore
  readonly jwks: RemoteJwks
  readonly fetch: OutboundFetch
  readonly accounts: Pick<AccountStore, 'find'>
  readonly clock: Clock
  readonly issuer: string
}

const verified: unique symbol = Symbol('verified subject')

/** A user of ours for whom an issuer stands that the client may use. Only {@link verifySubjectToken} makes one. */
export interface VerifiedSubject {
  readonly [verified]: true
  readonly userId: string
  readonly issuer: string
  /** What the token itself may do; undefined where it does not say. */
  readonly scopes: readonly string[] | undefined
}

export interface SubjectFault {
  readonly kind: 'refused'
  /** For the audit log. */
  readonly reason: string
  readonly description: string
}

export type SubjectVerdict = { readonly kind: 'verified'; readonly subject: VerifiedSubject } | SubjectFault

/** Clocks differ (RFC 8725 §3.9 leaves room for that); what expired is over. */
const SKEW_SECONDS = 60
/** So many are asked about one opaque token. */
const MOST_ASKED_ISSUERS = 5

/**
 * Tells whose a token of another issuer is: signed by a key of an issuer that the client lists and a TokenIntrospector
 * stands for, or called active by it, in its time, for us, and of a user who is there and active.
 */
export const verifySubjectToken = async (
  deps: VerifySubjectDeps,
  client: Client,
  token: string,
  type: 'jwt' | 'access_token',
): Promise<SubjectVerdict> => {
  const jwt = parseCompactJwt(token)
  if (jwt !== undefined) {
    const isFallback = type === 'access_token' && !client.allowedIssuers.includes(String(jwt.claims.iss))
    if (!isFallback) return verifyJwt(deps, client, jwt)
  }
  return type === 'jwt' ? refused('malformed', 'is not a signed JWT') : verifyOpaque(deps, client, token)
}

const verifyJwt = async (
  deps: VerifySubjectDeps,
  client: Client,
  jwt: CompactJwt,
): Promise<SubjectVerdict> => {
  const { iss } = jwt.claims
  // NOTE: before anything is fetched: nobody may have us call the key set of an issuer the client has no business with.
  if (typeof iss !== 'string' || !client.allowedIssuers.includes(iss))
    return refused('other-issuer', 'is of an issuer that the client may not use')
  const introspector = await deps.introspectors.findByIssuer('jwt', iss)
  if (introspector === undefined)
    return refused('unknown-issuer', 'is of an issuer that no TokenIntrospector stands for')
  const fault = await signatureFault(deps.jwks, introspector.verification, jwt)
  if (fault !== undefined) return refused(fault, 'has no signature of its issuer')
  if (typeof jwt.claims.exp !== 'number') return refused('no-expiry', 'has no exp')
  return judgeClaims(deps, client, introspector, jwt.claims)
}

const verifyOpaque = async (
  deps: VerifySubjectDeps,
  client: Client,
  token: string,
): Promise<SubjectVerdict> => {
  let reason = 'unknown-issuer'
  let asked = 0
  for (const issuer of client.allowedIssuers) {
    const introspector = await deps.introspectors.findByIssuer('opaque', issuer)
    if (introspector?.verification.kind !== 'endpoint') continue
    asked += 1
    if (asked > MOST_ASKED_ISSUERS) break
    const answer = await askIssuer(deps.fetch, introspector.verification, token)
    if (answer.kind === 'active') return judgeClaims(deps, client, introspector, answer.claims)
    reason = answer.reason
  }
  return refused(reason, 'is not active with any issuer of the client')
}

const judgeClaims = async (
  deps: VerifySubjectDeps,
  client: Client,
  introspector: Introspector,
  claims: JsonObject,
): Promise<SubjectVerdict> => {
  const now = epochSeconds(deps.clock.now())
  const { exp, nbf, iat, iss, box_user: boxUser, sub } = claims
  if (iss !== undefined && iss !== introspector.issuer) return refused('other-issuer', 'is of another issuer')
  if (exp !== undefined && !(typeof exp === 'number' && exp > now)) return refused('expired', 'is expired')
  for (const begin of [nbf, iat])
    if (begin !== undefined && !(typeof begin === 'number' && begin <= now + SKEW_SECONDS))
      return refused('not-yet-valid', 'is not valid yet')
  if (!isForUs(deps.issuer, client, introspector, claims.aud))
    return refused('other-audience', 'is meant for somebody else')
  const userId = boxUser ?? sub
  const account = typeof userId === 'string' && userId !== '' ? await deps.accounts.find(userId) : undefined
  if (account === undefined) return refused('unknown-user', 'is of no user of this server')
  if (!account.isActive) return refused('inactive', 'User is inactive')
  return {
    kind: 'verified',
    subject: {
      [verified]: true,
      userId: account.id,
      issuer: introspector.issuer,
      scopes: scopesOfClaim(claims.scope ?? claims.scp),
    },
  }
}

/** RFC 8725 §3.9: a token that names its audience must name us, the client, or whom the operator listed. */
const isForUs = (
  issuer: string,
  client: Client,
  { audience }: Introspector,
  aud: JsonValue | undefined,
): boolean => {
  if (aud === undefined) return audience.length === 0
  const named = Array.isArray(aud) ? aud : [aud]
  const ours = [issuer, `${issuer}/auth/token`, client.id, ...audience]
  return named.some((one) => typeof one === 'string' && ours.includes(one))
}

const scopesOfClaim = (scope: JsonValue | undefined): readonly string[] | undefined => {
  if (scope === undefined) return undefined
  if (typeof scope === 'string') return parseScope(scope) ?? []
  return Array.isArray(scope) ? scope.filter((one): one is string => typeof one === 'string') : []
}

const refused = (reason: string, description: string): SubjectFault => ({
  kind: 'refused',
  reason,
  description,
})
