import type { RemoteJwks } from '../../outbound/remote-jwks.ts'
import { parseCompactJwt } from './compact-jwt.ts'
import type { IntrospectorStore } from './introspector.store.ts'
import type { Introspector } from './introspector.ts'
import type { ForeignClaimsDeps } from './judge-foreign-claims.ts'
import { judgeForeignClaims } from './judge-foreign-claims.ts'
import type { AskAboutBearer } from './opaque-answers.ts'
import { signatureFault } from './signature-fault.ts'

export interface VerifyBearerDeps extends ForeignClaimsDeps {
  readonly introspectors: IntrospectorStore
  readonly jwks: RemoteJwks
  readonly ask: AskAboutBearer
}

export type BearerVerdict =
  | { readonly kind: 'verified'; readonly userId: string }
  /** `reason` is for the audit log; undefined: nobody stands for such a token. */
  | { readonly kind: 'refused'; readonly reason: string | undefined }

const NOBODYS: BearerVerdict = { kind: 'refused', reason: undefined }

/** So many are asked about one opaque token. */
const MOST_ASKED = 5

/**
 * Tells whose a bearer token is that this server did not issue: a JWT by the TokenIntrospector of its `iss`, every other
 * text by asking those of opaque tokens one after the other. `network`: of whoever shows it.
 */
export const verifyBearer = async (
  deps: VerifyBearerDeps,
  token: string,
  network: string,
): Promise<BearerVerdict> => {
  const jwt = parseCompactJwt(token)
  if (jwt === undefined)
    return verifyOpaque(deps, await deps.introspectors.findOpaque(MOST_ASKED), token, network)
  const { iss, exp } = jwt.claims
  // NOTE: ours are looked up: one that was ended must not come back by way of our own published keys.
  if (typeof iss !== 'string' || iss === deps.issuer) return NOBODYS
  const introspector = await deps.introspectors.findByIssuer('jwt', iss)
  if (introspector === undefined) {
    const asked = await deps.introspectors.findByIssuer('opaque', iss)
    return asked === undefined ? NOBODYS : verifyOpaque(deps, [asked], token, network)
  }
  const reason = await signatureFault(deps.jwks, introspector.verification, jwt)
  if (reason !== undefined) return { kind: 'refused', reason }
  if (typeof exp !== 'number') return { kind: 'refused', reason: 'no-expiry' }
  return verdictOf(await judgeForeignClaims(deps, introspector, jwt.claims, undefined))
}

const verifyOpaque = async (
  deps: VerifyBearerDeps,
  introspectors: readonly Introspector[],
  token: string,
  network: string,
): Promise<BearerVerdict> => {
  let reason: string | undefined
  for (const introspector of introspectors) {
    if (introspector.verification.kind !== 'endpoint') continue
    const answer = await deps.ask(introspector.verification, token, network)
    if (answer.kind === 'active')
      return verdictOf(await judgeForeignClaims(deps, introspector, answer.claims, undefined))
    reason = answer.reason
  }
  return { kind: 'refused', reason }
}

const verdictOf = (verdict: Awaited<ReturnType<typeof judgeForeignClaims>>): BearerVerdict =>
  verdict.kind === 'valid' ? { kind: 'verified', userId: verdict.userId } : verdict
