import type { Client } from '../../clients/client.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { OutboundFetch } from '../../outbound/outbound-fetch.ts'
import type { RemoteJwks } from '../../outbound/remote-jwks.ts'
import { askIssuer } from './ask-issuer.ts'
import type { CompactJwt } from './compact-jwt.ts'
import { parseCompactJwt } from './compact-jwt.ts'
import type { IntrospectorStore } from './introspector.store.ts'
import type { Introspector } from './introspector.ts'
import type { ForeignClaimsDeps, ForeignFault } from './judge-foreign-claims.ts'
import { judgeForeignClaims } from './judge-foreign-claims.ts'
import { signatureFault } from './signature-fault.ts'

export interface VerifySubjectDeps extends ForeignClaimsDeps {
  readonly introspectors: Pick<IntrospectorStore, 'findByIssuer'>
  readonly jwks: RemoteJwks
  readonly fetch: OutboundFetch
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

export type SubjectVerdict = { readonly kind: 'verified'; readonly subject: VerifiedSubject } | ForeignFault

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
  return judge(deps, client, introspector, jwt.claims)
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
    if (answer.kind === 'active') return judge(deps, client, introspector, answer.claims)
    reason = answer.reason
  }
  return refused(reason, 'is not active with any issuer of the client')
}

const judge = async (
  deps: VerifySubjectDeps,
  client: Client,
  introspector: Introspector,
  claims: JsonObject,
): Promise<SubjectVerdict> => {
  const verdict = await judgeForeignClaims(deps, introspector, claims, client.id)
  if (verdict.kind === 'refused') return verdict
  const { userId, scopes } = verdict
  return {
    kind: 'verified',
    subject: { [verified]: true, userId, issuer: introspector.issuer, scopes },
  }
}

const refused = (reason: string, description: string): ForeignFault => ({
  kind: 'refused',
  reason,
  description,
})
