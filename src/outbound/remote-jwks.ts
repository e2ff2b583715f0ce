import { parseJson } from '../http/json.ts'
import type { Clock } from '../kernel/clock.ts'
import { isJsonObject } from '../kernel/json.ts'
import type { PublicJwk } from '../kernel/public-jwk.ts'
import { jwkFault } from '../kernel/public-jwk.ts'
import type { OutboundFetch } from './outbound-fetch.ts'

export interface KeysWanted {
  /** How long a set counts as the current one; at most an hour. */
  readonly cacheSeconds: number
  /** The key that is looked for: a set that lacks it is fetched again. Undefined: any. */
  readonly kid: string | undefined
}

export type RemoteKeys =
  /** The usable keys of the set; the wanted one need not be among them. */
  | { readonly kind: 'found'; readonly keys: readonly PublicJwk[] }
  /** `reason` is for the audit log. */
  | { readonly kind: 'unavailable'; readonly reason: string }

/** The keys that others publish (RFC 7517 §5). Never throws. */
export interface RemoteJwks {
  keysOf(uri: string, wanted: KeysWanted): Promise<RemoteKeys>
}

const TIMEOUT_MILLISECONDS = 3000
const LARGEST_SET_BYTES = 64 * 1024
const MOST_KEYS = 100
const MOST_SETS = 500
const MOST_CACHE_SECONDS = 3600
/** Anybody can name a kid that does not exist; this often that may cost a call. */
const UNKNOWN_KID_MILLISECONDS = 30_000
/** A server that is down is not asked by every request. */
const RETRY_MILLISECONDS = 5000
/** How long an outdated set counts while its server is down: a key that was taken back must not live on. */
const STALE_MILLISECONDS = 600_000

interface KnownSet {
  keys: readonly PublicJwk[] | undefined
  fetchedAt: number
  triedAt: number
  askedForUnknownKidAt: number
  reason: string
  underWay: Promise<void> | undefined
}

/**
 * Keeps each set for as long as it is asked for, and asks for it once at a time, however many wait. A kid that the set
 * lacks has it fetched again, at most every 30 seconds: so its owner may rotate keys at any time (OpenID Connect Core §10.1.1).
 */
export const createRemoteJwks = (deps: {
  readonly fetch: OutboundFetch
  readonly clock: Clock
}): RemoteJwks => {
  const sets = new Map<string, KnownSet>()
  const now = (): number => deps.clock.now().getTime()

  const setOf = (uri: string): KnownSet => {
    const known = sets.get(uri) ?? newSet()
    sets.delete(uri)
    sets.set(uri, known)
    const oldest = sets.keys().next()
    if (sets.size > MOST_SETS && oldest.done !== true) sets.delete(oldest.value)
    return known
  }

  const refresh = async (uri: string, set: KnownSet): Promise<void> => {
    set.triedAt = now()
    const outcome = await fetchKeys(deps.fetch, uri)
    if (outcome.kind === 'unavailable') set.reason = outcome.reason
    else {
      set.keys = outcome.keys
      set.fetchedAt = set.triedAt
    }
  }

  return {
    keysOf: async (uri, { cacheSeconds, kid }) => {
      const set = setOf(uri)
      const keepMilliseconds = Math.min(cacheSeconds, MOST_CACHE_SECONDS) * 1000
      const at = now()
      const isFresh = isWithin(set.fetchedAt, keepMilliseconds, at)
      if (isFresh && hasKid(set, kid)) return { kind: 'found', keys: set.keys ?? [] }
      if (set.underWay === undefined && mayAsk(set, isFresh, at)) {
        if (isFresh) set.askedForUnknownKidAt = at
        set.underWay = refresh(uri, set).finally(() => {
          set.underWay = undefined
        })
      }
      await set.underWay
      return set.keys !== undefined && isWithin(set.fetchedAt, keepMilliseconds + STALE_MILLISECONDS, now())
        ? { kind: 'found', keys: set.keys }
        : { kind: 'unavailable', reason: set.reason }
    },
  }
}

const newSet = (): KnownSet => ({
  keys: undefined,
  fetchedAt: -Infinity,
  triedAt: -Infinity,
  askedForUnknownKidAt: -Infinity,
  reason: 'not-fetched',
  underWay: undefined,
})

const mayAsk = (set: KnownSet, isFresh: boolean, at: number): boolean =>
  isFresh
    ? !isWithin(set.askedForUnknownKidAt, UNKNOWN_KID_MILLISECONDS, at)
    : !isWithin(set.triedAt, RETRY_MILLISECONDS, at)

const hasKid = ({ keys }: KnownSet, kid: string | undefined): boolean =>
  kid === undefined || keys?.some((key) => key.kid === kid) === true

/** NOTE: what happened later than now happened while the clock ran ahead. */
const isWithin = (since: number, milliseconds: number, at: number): boolean =>
  since <= at && at < since + milliseconds

const fetchKeys = async (fetch: OutboundFetch, uri: string): Promise<RemoteKeys> => {
  const outcome = await fetch({
    url: uri,
    method: 'GET',
    headers: { accept: 'application/jwk-set+json, application/json' },
    timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    mostBytes: LARGEST_SET_BYTES,
  })
  if (outcome.kind === 'failed') return unavailable(outcome.reason)
  if (outcome.status !== 200) return unavailable(`status-${outcome.status}`)
  return readKeys(outcome.body)
}

/** Keys that cannot be used are passed over (RFC 7517 §5): others may be meant for somebody else. */
const readKeys = (body: Uint8Array): RemoteKeys => {
  try {
    const json = parseJson(body)
    if (!isJsonObject(json) || !Array.isArray(json.keys) || json.keys.length > MOST_KEYS)
      return unavailable('no-key-set')
    const isUsable = (key: unknown): key is PublicJwk => isJsonObject(key) && jwkFault(key) === undefined
    return { kind: 'found', keys: json.keys.filter(isUsable) }
  } catch {
    return unavailable('no-key-set')
  }
}

const unavailable = (reason: string): RemoteKeys => ({ kind: 'unavailable', reason })
