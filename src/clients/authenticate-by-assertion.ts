import type { AuditLog } from '../audit/audit-log.store.ts'
import { onceAnHour } from '../http/once-an-hour.ts'
import type { Clock } from '../kernel/clock.ts'
import { isSignedBy } from '../kernel/jws.ts'
import type { PublicJwk } from '../kernel/public-jwk.ts'
import { isKeyFor } from '../kernel/public-jwk.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { RemoteJwks, RemoteKeys } from '../outbound/remote-jwks.ts'
import type { ClientStore } from './client.store.ts'
import type { Client, Flow } from './client.ts'
import { hasKeys } from './client.ts'
import type { ClientAssertionStore } from './client-assertion.store.ts'
import type { AssertionFault, UnverifiedAssertion } from './client-assertion.ts'
import { assertionFault, readAssertion, SKEW_SECONDS } from './client-assertion.ts'
import { clientKeyFault, JWT_BEARER } from './client-keys.ts'
import type { ClientSuspicion } from './client-suspicion.ts'
import { settingsOf } from './flow.ts'

export interface AuthenticateByAssertionDeps {
  readonly clients: ClientStore
  readonly suspicion: ClientSuspicion
  readonly assertions: ClientAssertionStore
  readonly remoteJwks: RemoteJwks
  readonly auditLog: AuditLog
  readonly clock: Clock
  readonly issuer: string
}

export interface PresentedAssertion {
  /** `client_assertion_type`. */
  readonly type: string
  readonly assertion: string
  /** The `client_id` beside it, which is not needed. */
  readonly clientId: string | undefined
}

export type AssertionAuthentication =
  | { readonly kind: 'authenticated'; readonly client: Client }
  /** `description`: what its sender can see in what it sent; undefined where it is told nothing. */
  | { readonly kind: 'refused'; readonly description: string | undefined }

/** `flow`: where a client may say that none is accepted; undefined: nowhere. */
export type AuthenticateByAssertion = (
  presented: PresentedAssertion,
  origin: RequestOrigin,
  flow: Flow | undefined,
) => Promise<AssertionAuthentication>

/** How long a set of keys counts before it is fetched again. */
const JWKS_SECONDS = 300

/** A used jti is kept for longer than it could be used: clocks of processes differ, and may be set back. */
const KEEP_SECONDS = SKEW_SECONDS + 600

/**
 * Checks a JWT that a client signed with its own key (`private_key_jwt`: RFC 7523 §2.2, OpenID Connect Core §9), and uses
 * it up: of any number of equal ones, in whatever processes, one counts. Everything refused is recorded with its reason.
 * @throws {Problem} rate-limited; unavailable
 */
export const createAuthenticateByAssertion = (deps: AuthenticateByAssertionDeps): AuthenticateByAssertion => {
  const { clients, suspicion, clock, issuer } = deps
  const audiences = [issuer, `${issuer}/auth/token`]

  const refuse = async (
    client: Client | undefined,
    { reason, description }: Refusal,
    origin: RequestOrigin,
  ): Promise<AssertionAuthentication> => {
    await suspicion.countWrong(client?.id, reason, origin)
    return { kind: 'refused', description }
  }

  return async (presented, origin, flow) => {
    await suspicion.requireBudget(origin)
    const assertion = readAssertion(presented.assertion)
    if (presented.type !== JWT_BEARER) return refuse(undefined, OTHER_TYPE, origin)
    if (assertion === undefined) return refuse(undefined, MALFORMED, origin)
    const { sub, jti, exp } = assertion.claims
    const client = typeof sub === 'string' ? await clients.find(sub) : undefined
    const fault = assertionFault(assertion, { now: clock.now(), audiences }) ?? faultOfId(presented, sub)
    if (fault !== undefined) return refuse(client, fault, origin)
    const obstacle = obstacleOf(client, flow)
    if (client === undefined || obstacle !== undefined)
      return refuse(client, { reason: obstacle ?? 'unknown-client' }, origin)

    const keys = await keysOf(deps.remoteJwks, client, assertion)
    if (keys.kind === 'unavailable') {
      // NOTE: not counted as a wrong guess: what is down is a server of the client's, and others share its network. Nothing
      // is proven, so strangers may cause it too.
      const what = ['client', 'keys-unavailable', client.id, client.jwksUri ?? '', keys.reason]
      await deps.auditLog.record({
        event: 'client-authentication',
        outcome: 'failure',
        reason: 'keys-unavailable',
        clientId: client.id,
        origin,
        once: onceAnHour(what, origin, clock.now()),
        detail: { jwks: keys.reason },
      })
      return { kind: 'refused', description: 'the keys at jwks_uri cannot be read now' }
    }
    const reason = signatureFault(keys.keys, assertion)
    if (reason !== undefined) return refuse(client, { reason }, origin)
    const expiresAt = new Date((Number(exp) + KEEP_SECONDS) * 1000)
    return (await deps.assertions.spend(client.id, String(jti), expiresAt))
      ? { kind: 'authenticated', client }
      : refuse(client, REPLAYED, origin)
  }
}

type Refusal = Pick<AssertionFault, 'reason'> & Partial<AssertionFault>

const OTHER_TYPE: Refusal = {
  reason: 'other-assertion-type',
  description: `client_assertion_type must be ${JWT_BEARER}`,
}
const MALFORMED: Refusal = {
  reason: 'malformed-assertion',
  description: 'client_assertion must be a signed JWT of three parts',
}
const REPLAYED: Refusal = {
  reason: 'replayed-assertion',
  description: 'client_assertion: jti was used before; sign a new one for each request',
}

/** RFC 7521 §4.2: a client_id beside the assertion must mean the same client. */
const faultOfId = ({ clientId }: PresentedAssertion, sub: unknown): AssertionFault | undefined =>
  clientId === undefined || clientId === sub
    ? undefined
    : { reason: 'other-client', description: 'client_id differs from sub of client_assertion' }

/** Why the client cannot use an assertion at all, or not here. */
const obstacleOf = (client: Client | undefined, flow: Flow | undefined): string | undefined => {
  if (client === undefined) return 'unknown-client'
  if (!client.isActive) return 'inactive-client'
  if (!hasKeys(client)) return 'no-keys'
  if ((client.authenticationMethod ?? 'private_key_jwt') !== 'private_key_jwt') return 'other-method'
  const types = flow === undefined ? undefined : settingsOf(client, flow).assertionTypes
  return types?.includes(JWT_BEARER) === false ? 'assertion-not-allowed' : undefined
}

const keysOf = async (
  remoteJwks: RemoteJwks,
  { jwks, jwksUri }: Client,
  { header: { kid } }: UnverifiedAssertion,
): Promise<RemoteKeys> => {
  if (jwksUri === undefined) return { kind: 'found', keys: jwks }
  const wanted = { cacheSeconds: JWKS_SECONDS, kid: typeof kid === 'string' ? kid : undefined }
  const found = await remoteJwks.keysOf(jwksUri, wanted)
  return found.kind === 'found'
    ? { kind: 'found', keys: found.keys.filter((key) => clientKeyFault(key) === undefined) }
    : found
}

/**
 * Why none of the keys made the signature. The header only says which one is meant: `kid` is compared and nothing else,
 * and keys that it brings along (`jwk`, `jku`, `x5u`, `x5c`) are never looked at (RFC 8725 §3.9, §3.10).
 */
const signatureFault = (
  keys: readonly PublicJwk[],
  { header: { alg, kid }, input, signature }: UnverifiedAssertion,
): string | undefined => {
  const meant = keys.filter((key) => kid === undefined || key.kid === undefined || key.kid === kid)
  if (meant.length === 0) return 'foreign-kid'
  const fitting = meant.filter((key) => isKeyFor(key, String(alg)))
  if (fitting.length === 0) return 'wrong-algorithm'
  return fitting.some((key) => isSignedBy(key, String(alg), input, signature)) ? undefined : 'bad-signature'
}
