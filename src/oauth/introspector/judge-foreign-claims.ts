import type { AccountStore } from '../../accounts/account.store.ts'
import type { Clock } from '../../kernel/clock.ts'
import { epochSeconds } from '../../kernel/clock.ts'
import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import { parseScope } from '../scope.ts'
import type { Introspector } from './introspector.ts'

export interface ForeignClaimsDeps {
  readonly accounts: Pick<AccountStore, 'find'>
  readonly clock: Clock
  readonly issuer: string
}

export interface ForeignFault {
  readonly kind: 'refused'
  /** For the audit log. */
  readonly reason: string
  readonly description: string
}

export type ForeignVerdict =
  | {
      readonly kind: 'valid'
      readonly userId: string
      /** What the token itself may do; undefined where it does not say. */
      readonly scopes: readonly string[] | undefined
    }
  | ForeignFault

/** Clocks differ (RFC 8725 §3.9 leaves room for that); what expired is over. */
const SKEW_SECONDS = 60

/**
 * Whether what an issuer says holds: in its time, for us, and of a user who is there and active: `box_user`, or `sub`, as
 * `User.id`. `clientId`: who shows it, and may be meant as well.
 */
export const judgeForeignClaims = async (
  deps: ForeignClaimsDeps,
  introspector: Introspector,
  claims: JsonObject,
  clientId: string | undefined,
): Promise<ForeignVerdict> => {
  const now = epochSeconds(deps.clock.now())
  const { exp, nbf, iat, iss, box_user: boxUser, sub, cnf, events } = claims
  if (iss !== undefined && iss !== introspector.issuer) return refused('other-issuer', 'is of another issuer')
  // NOTE: nobody here checks that whoever shows it holds the key that it is bound to (RFC 7800 §3.1).
  if (cnf !== undefined) return refused('bound-to-key', 'is bound to a key')
  if (events !== undefined)
    return refused('other-type', 'is a security event (RFC 8417), not an access token')
  if (exp !== undefined && !(typeof exp === 'number' && exp > now)) return refused('expired', 'is expired')
  for (const begin of [nbf, iat])
    if (begin !== undefined && !(typeof begin === 'number' && begin <= now + SKEW_SECONDS))
      return refused('not-yet-valid', 'is not valid yet')
  if (!isForUs(deps.issuer, clientId, introspector, claims.aud))
    return refused('other-audience', 'is meant for somebody else')
  const userId = boxUser ?? sub
  const account = typeof userId === 'string' && userId !== '' ? await deps.accounts.find(userId) : undefined
  if (account === undefined) return refused('unknown-user', 'is of no user of this server')
  if (!account.isActive) return refused('inactive', 'User is inactive')
  return { kind: 'valid', userId: account.id, scopes: scopesOfClaim(claims.scope ?? claims.scp) }
}

/** RFC 8725 §3.9: a token that names its audience must name us, the client, or whom the operator listed. */
const isForUs = (
  issuer: string,
  clientId: string | undefined,
  { audience }: Introspector,
  aud: JsonValue | undefined,
): boolean => {
  if (aud === undefined) return audience.length === 0
  const named = Array.isArray(aud) ? aud : [aud]
  const ours = [issuer, `${issuer}/auth/token`, ...(clientId === undefined ? [] : [clientId]), ...audience]
  return named.some((one) => typeof one === 'string' && ours.includes(one))
}

const scopesOfClaim = (scope: JsonValue | undefined): readonly string[] | undefined => {
  if (scope === undefined) return undefined
  if (typeof scope === 'string') return parseScope(scope) ?? []
  return Array.isArray(scope) ? scope.filter((one): one is string => typeof one === 'string') : []
}

const refused = (reason: string, description: string): ForeignFault => ({
  kind: 'refused',
  reason,
  description,
})
