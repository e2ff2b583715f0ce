import type { AuditLog } from '../audit/audit-log.store.ts'
import { networkOf } from '../http/client-address.ts'
import type { Clock } from '../kernel/clock.ts'
import { epochSeconds } from '../kernel/clock.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import { hashSecretToken } from '../kernel/secret-token.ts'
import type { IssuedTokenStore } from './issued-token.store.ts'
import type { OwnJwtVerdict } from './keys/verify-own-jwt.ts'

export interface RefusedBearerDeps {
  readonly issuedTokens: Pick<IssuedTokenStore, 'find'>
  readonly judgeOwnJwt: (text: string) => Promise<OwnJwtVerdict>
  readonly auditLog: Pick<AuditLog, 'recordSoon'>
  readonly clock: Clock
}

/** To be told of every bearer token that was refused. `reason`: where the caller knows it already. @throws {Problem} unavailable */
export type NoticeRefusedBearer = (token: string, origin: RequestOrigin, reason?: string) => Promise<void>

interface Refusal {
  readonly reason: string
  /** What is known of the token, where it is one of ours. */
  readonly id?: string
  readonly userId?: string | undefined
  readonly clientId?: string
}

const DAY_MILLISECONDS = 24 * 3600_000
const WINDOW_MILLISECONDS = 60_000
/** What one network may have looked into in a window: more than honest applications show, whose tokens expire. */
export const MOST_LOOKS_PER_NETWORK = 60
const MOST_NETWORKS = 10_000
/** What this process records in a window, of all networks together. */
export const MOST_EVENTS = 600
const MOST_REMEMBERED = 10_000

/** Ours are 43 characters of base64url, or JWTs. */
const OPAQUE = /^[\w-]{43}$/

/**
 * Records why bearer tokens were refused. Anybody can show any number of them, so that is bounded: a token of ours is
 * recorded once per network, everything else once a day for each reason and network; what is recorded already costs no
 * write, and beyond a budget nothing is looked into but counted, for the next event to tell (`detail.unrecorded`).
 */
export const createRefusedBearerLog = (deps: RefusedBearerDeps): NoticeRefusedBearer => {
  const { auditLog, clock } = deps
  const recorded = new Set<string>()
  let unrecorded = 0
  let window = { startsAt: 0, events: 0, looks: new Map<string, number>() }

  const mayLook = (network: string, at: number): boolean => {
    if (Math.abs(at - window.startsAt) >= WINDOW_MILLISECONDS)
      window = { startsAt: at, events: 0, looks: new Map() }
    const looks = window.looks.get(network) ?? 0
    if (looks >= MOST_LOOKS_PER_NETWORK || window.looks.size >= MOST_NETWORKS) return false
    window.looks.set(network, looks + 1)
    return true
  }

  return async (token, origin, known) => {
    const now = clock.now()
    const network = networkOf(origin.address)
    if (!mayLook(network, now.getTime())) {
      unrecorded += 1
      return
    }
    const { reason, id, userId, clientId } =
      known === undefined ? await refusalOf(deps, token, now) : { reason: known }
    const day = Math.floor(now.getTime() / DAY_MILLISECONDS)
    const once = ['token-check', reason, network, id ?? day].join(' ')
    if (recorded.has(once)) return
    if (window.events >= MOST_EVENTS) {
      unrecorded += 1
      return
    }
    window.events += 1
    if (recorded.size >= MOST_REMEMBERED) recorded.clear()
    recorded.add(once)
    auditLog.recordSoon({
      event: 'token-check',
      outcome: 'failure',
      reason,
      ...(userId === undefined ? {} : { userId }),
      ...(clientId === undefined ? {} : { clientId }),
      origin,
      once,
      ...(unrecorded === 0 ? {} : { detail: { unrecorded } }),
    })
    unrecorded = 0
  }
}

const refusalOf = async (deps: RefusedBearerDeps, token: string, now: Date): Promise<Refusal> => {
  const jwt = await deps.judgeOwnJwt(token)
  if (jwt.kind === 'forged') return { reason: jwt.reason }
  if (jwt.kind === 'no-jwt' && !OPAQUE.test(token)) return { reason: 'malformed' }
  const found = await deps.issuedTokens.find(hashSecretToken(token), now)
  if (found !== undefined) {
    const { id, userId, clientId, kind, fault = 'changed-meanwhile' } = found
    return { reason: kind === 'refresh' ? 'refresh-token' : fault, id, userId, clientId }
  }
  if (jwt.kind === 'no-jwt') return { reason: 'unknown-token' }
  const { exp } = jwt.claims
  // NOTE: the row of a token is deleted some time after its end; an ID token never had one.
  return { reason: typeof exp === 'number' && exp <= epochSeconds(now) ? 'expired' : 'no-access-token' }
}
