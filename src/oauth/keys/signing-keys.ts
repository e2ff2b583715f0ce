import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { DuplicateKeyError } from '../../kernel/transact.ts'
import type { SigningAlgorithm } from './signing-algorithm.ts'
import type { KeyRecord, SigningKey, SigningKeyStore } from './signing-key.store.ts'
import { verifyOwnJwt } from './verify-own-jwt.ts'

export interface SigningKeysDeps {
  readonly store: SigningKeyStore
  readonly generate: (algorithm: SigningAlgorithm) => Promise<SigningKey>
  readonly createSigner: (key: SigningKey) => Sign
  readonly clock: Clock
  /** Where neither the caller nor the client says. */
  readonly defaultAlgorithm: SigningAlgorithm
  /** The operator's own keys: the first of an algorithm signs, and no other is made for it. */
  readonly ownKeys: readonly SigningKey[]
  /** After so many days another key takes over; 0: only when it is asked for. */
  readonly rotateAfterDays: number
  /** When the last token ends that a JWT may be. */
  readonly latestTokenExpiry: () => Promise<Date | undefined>
}

type Sign = (claims: JsonObject, type: string) => string

export interface SignJwtOptions {
  readonly algorithm?: SigningAlgorithm | undefined
  /** The `typ` of the header; `JWT` where it is left out. */
  readonly type?: string
}

export interface SigningKeys {
  /** Makes the first key where there is none yet. Called at start, so that no request waits for it. */
  prepare(): Promise<void>
  signJwt(claims: JsonObject, options?: SignJwtOptions): Promise<string>
  /** The claims of a JWT that a published key of ours signed, however old; undefined for every other text. */
  verifyOwnJwt(jwt: string): Promise<JsonObject | undefined>
  /** The JWK Set (RFC 7517 §5) as JSON text; public members only. */
  jwks(): Promise<string>
  /** Makes, promotes and removes keys that are due. Several processes may do it at once. */
  maintain(): Promise<void>
  /**
   * Makes a new key for every algorithm in use: to sign `soon`, when everybody can know it, at once (`now`), or at once and
   * without the old one (`forget`), whose tokens nobody shall believe any more.
   * @returns the ids of the new keys; none for an algorithm that has a next key already
   */
  rotate(how: 'soon' | 'now' | 'forget'): Promise<readonly string[]>
}

const DAY = 24 * 3600_000
/** What another process did is known after so long, at most. */
const KNOWN_MILLISECONDS = 5000
/** Twice as long as anybody may keep a copy of the key set: who verifies knows a key before it signs. */
export const PUBLISHED_BEFORE_MILLISECONDS = 10 * 60_000
/** ID tokens come back as hints long after they expired. */
const LEAST_OVERLAP_MILLISECONDS = 30 * DAY

/** The keys as this process knows them, read again every few seconds: of any number of processes all use the same. */
export const createSigningKeys = (deps: SigningKeysDeps): SigningKeys => {
  const { store, clock, ownKeys } = deps
  const signers = new Map<string, Sign>()
  let known: { readonly at: number; readonly records: Promise<readonly KeyRecord[]> } | undefined

  const records = (): Promise<readonly KeyRecord[]> => {
    const now = clock.now().getTime()
    if (known !== undefined && Math.abs(now - known.at) < KNOWN_MILLISECONDS) return known.records
    const reading = { at: now, records: store.findAll() }
    known = reading
    // NOTE: a failed read is tried again by the next caller.
    reading.records.catch(() => {
      if (known === reading) known = undefined
    })
    return reading.records
  }
  const forget = (): void => {
    known = undefined
  }

  const signerOf = (key: SigningKey): Sign => {
    const made = signers.get(key.kid) ?? deps.createSigner(key)
    signers.set(key.kid, made)
    return made
  }

  /** Of several processes that start at once one wins; the others take its key. */
  const addFirst = async (algorithm: SigningAlgorithm): Promise<SigningKey> => {
    const key = await deps.generate(algorithm)
    try {
      await store.addFirst(key, clock.now())
    } catch (error) {
      if (!(error instanceof DuplicateKeyError)) throw error
    }
    forget()
    const winner = signingKeyOf(await records(), algorithm, clock.now())
    if (winner === undefined) throw new Error(`the first ${algorithm} key disappeared`)
    return winner
  }

  const keyFor = async (algorithm: SigningAlgorithm): Promise<SigningKey> =>
    ownKeys.find((key) => key.algorithm === algorithm) ??
    signingKeyOf(await records(), algorithm, clock.now()) ??
    (await addFirst(algorithm))

  const publicKeys = async (): Promise<readonly JsonObject[]> => {
    const now = clock.now().getTime()
    const stored = (await records()).filter(({ removeAt = now + 1 }) => removeAt > now)
    return [...ownKeys, ...stored].map(({ publicJwk }) => publicJwk)
  }

  let published: { readonly keys: string; readonly text: string } | undefined

  const addNext = async (active: KeyRecord, signsFrom: Date): Promise<string | undefined> => {
    const key = await deps.generate(active.algorithm)
    try {
      await store.addNext(key, clock.now(), signsFrom)
      return key.kid
    } catch (error) {
      if (error instanceof DuplicateKeyError) return undefined
      throw error
    }
  }

  const promoteDue = async (how: 'soon' | 'now' | 'forget' = 'soon'): Promise<void> => {
    const now = clock.now()
    const all = await store.findAll()
    for (const next of all.filter(
      ({ stage, signsFrom }) => stage === 'next' && (how !== 'soon' || signsFrom <= now.getTime()),
    )) {
      const active = all.find(({ stage, algorithm }) => stage === 'active' && algorithm === next.algorithm)
      if (active === undefined) continue
      const latest = (await deps.latestTokenExpiry())?.getTime() ?? 0
      const removeAt =
        how === 'forget' ? now : new Date(Math.max(latest, now.getTime() + LEAST_OVERLAP_MILLISECONDS))
      await store.promote(next, active, now, removeAt)
    }
  }

  const rotate: SigningKeys['rotate'] = async (how) => {
    const now = clock.now()
    const signsFrom = how !== 'soon' ? now : new Date(now.getTime() + PUBLISHED_BEFORE_MILLISECONDS)
    const active = (await store.findAll()).filter(({ stage }) => stage === 'active')
    const added = await Promise.all(active.map((key) => addNext(key, signsFrom)))
    await promoteDue(how)
    forget()
    return added.filter((kid) => kid !== undefined)
  }

  return {
    prepare: async () => {
      signerOf(await keyFor(deps.defaultAlgorithm))
    },
    signJwt: async (claims, { algorithm = deps.defaultAlgorithm, type = 'JWT' } = {}) =>
      signerOf(await keyFor(algorithm))(claims, type),
    verifyOwnJwt: async (jwt) => verifyOwnJwt(jwt, await publicKeys()),
    jwks: async () => {
      const keys = await publicKeys()
      const kids = keys.map(({ kid }) => kid).join(' ')
      if (published?.keys !== kids) published = { keys: kids, text: JSON.stringify({ keys }) }
      return published.text
    },
    maintain: async () => {
      const now = clock.now()
      await store.removeExpired(now)
      const all = await store.findAll()
      const due = all.filter(
        ({ stage, algorithm, createdAt }) =>
          stage === 'active' &&
          deps.rotateAfterDays > 0 &&
          createdAt + deps.rotateAfterDays * DAY <= now.getTime() &&
          !ownKeys.some((own) => own.algorithm === algorithm),
      )
      const signsFrom = new Date(now.getTime() + PUBLISHED_BEFORE_MILLISECONDS)
      for (const active of due)
        if (!all.some(({ stage, algorithm }) => stage === 'next' && algorithm === active.algorithm))
          await addNext(active, signsFrom)
      await promoteDue()
      forget()
    },
    rotate,
  }
}

/**
 * The key that signs now. A next key whose time has come signs before anybody has promoted it, so that all processes change
 * at the same instant.
 */
const signingKeyOf = (
  all: readonly KeyRecord[],
  algorithm: SigningAlgorithm,
  now: Date,
): SigningKey | undefined => {
  const own = all.filter((key) => key.algorithm === algorithm && key.privateKey !== undefined)
  const chosen =
    own.find(({ stage, signsFrom }) => stage === 'next' && signsFrom <= now.getTime()) ??
    own.find(({ stage }) => stage === 'active')
  return chosen?.privateKey === undefined ? undefined : { ...chosen, privateKey: chosen.privateKey }
}
