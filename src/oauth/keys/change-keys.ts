import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { Clock } from '../../kernel/clock.ts'
import { DuplicateKeyError } from '../../kernel/transact.ts'
import type { SigningAlgorithm } from './signing-algorithm.ts'
import type { KeyRecord, SigningKey, SigningKeyStore } from './signing-key.store.ts'

export interface ChangeKeysDeps {
  readonly store: SigningKeyStore
  readonly generate: (algorithm: SigningAlgorithm) => Promise<SigningKey>
  readonly clock: Clock
  readonly auditLog: AuditLog
  /** The operator's own keys: the first of an algorithm signs, and no other is made for it. */
  readonly ownKeys: readonly SigningKey[]
  /** After so many days another key takes over; 0: only when it is asked for. */
  readonly rotateAfterDays: number
  /** When the last token ends that a JWT may be. */
  readonly latestTokenExpiry: () => Promise<Date | undefined>
}

/** `soon`: when everybody can know the new keys; `now`: at once; `forget`: at once, and of all older keys nothing stays. */
export type RotateHow = 'soon' | 'now' | 'forget'

export interface Rotation {
  /** Ids of the keys that were made. */
  readonly made: readonly string[]
  /** Keys that had been made before and had not signed yet. */
  readonly waiting: readonly { readonly kid: string; readonly signsFrom: Date }[]
  /** Algorithms that the operator's own keys sign: nothing was made for them. */
  readonly own: readonly SigningAlgorithm[]
}

const DAY = 24 * 3600_000
/** Twice as long as anybody may keep a copy of the key set: who verifies knows a key before it signs. */
const PUBLISHED_BEFORE_MILLISECONDS = 10 * 60_000
/** ID tokens come back as hints long after they expired. */
const LEAST_OVERLAP_MILLISECONDS = 30 * DAY
/** Other processes make first keys of an algorithm, each at most once. */
const MOST_TRIES = 4

/**
 * Makes, promotes and removes keys that are due, and records those it made and those that sign from now on. Several
 * processes may do it at once: each thing is done, and recorded, by one.
 * @throws {CannotDecryptError} after everything else is done: a private key cannot be read
 */
export const maintainKeys = async (deps: ChangeKeysDeps): Promise<void> => {
  const now = deps.clock.now()
  await deps.store.removeExpired(now)
  const all = await deps.store.findAll()
  const signsFrom = new Date(now.getTime() + PUBLISHED_BEFORE_MILLISECONDS)
  const made: string[] = []
  for (const active of all.filter((key) => isDue(deps, key, now))) {
    if (nextOf(all, active.algorithm) !== undefined) continue
    const kid = await addNext(deps, active.algorithm, signsFrom)
    if (kid !== undefined) made.push(kid)
  }
  const promoted = await promoteNext(deps, ({ signsFrom }) => signsFrom <= now.getTime())
  if (made.length + promoted.length > 0)
    await deps.auditLog.record({
      event: 'signing-key-rotate',
      outcome: 'success',
      detail: { by: 'schedule', made, promoted },
    })
  const unreadable = all.find(({ fault }) => fault !== undefined)
  if (unreadable?.fault !== undefined) throw unreadable.fault.error
}

const isDue = (deps: ChangeKeysDeps, key: KeyRecord, now: Date): boolean =>
  key.stage === 'active' &&
  deps.rotateAfterDays > 0 &&
  key.createdAt + deps.rotateAfterDays * DAY <= now.getTime() &&
  key.fault?.isOfOtherSecretKey !== true &&
  !isOwn(deps, key.algorithm)

/**
 * Lets another key sign for every algorithm that the server has a key of: one that waits already, or a new one. `forget`
 * makes new ones for all and deletes every older key, also those that only waited or verified: whoever took one from the
 * database took them all.
 * @throws {CannotDecryptError} this process has another secret key than the servers, so they could not use what it makes
 */
export const rotateKeys = async (deps: ChangeKeysDeps, how: RotateHow): Promise<Rotation> => {
  const at = deps.clock.now()
  const all = await deps.store.findAll()
  const foreign = all.find(({ fault }) => fault?.isOfOtherSecretKey === true)
  if (foreign?.fault !== undefined) throw foreign.fault.error
  if (how === 'forget') return forgetAll(deps, at)

  await promoteNext(deps, ({ signsFrom }) => signsFrom <= at.getTime())
  const inUse = await deps.store.findAll()
  const signsFrom = how === 'now' ? at : new Date(at.getTime() + PUBLISHED_BEFORE_MILLISECONDS)
  const made: string[] = []
  for (const algorithm of algorithmsOf(inUse).filter((one) => !isOwn(deps, one))) {
    const next = nextOf(inUse, algorithm)
    if (next?.fault !== undefined) await deps.store.removeNext(next.kid)
    else if (next !== undefined) continue
    const kid = await addNext(deps, algorithm, signsFrom)
    if (kid !== undefined) made.push(kid)
  }
  const published = (await deps.store.findAll()).filter(
    ({ stage, algorithm }) => stage === 'next' && !isOwn(deps, algorithm),
  )
  if (how === 'now') await promoteNext(deps, ({ kid }) => published.some((next) => next.kid === kid))
  return {
    made,
    waiting: published
      .filter(({ kid }) => !made.includes(kid))
      .map(({ kid, signsFrom: planned }) => ({ kid, signsFrom: how === 'now' ? at : new Date(planned) })),
    own: ownAlgorithms(deps),
  }
}

const forgetAll = async (deps: ChangeKeysDeps, at: Date, tries = 1): Promise<Rotation> => {
  const algorithms = algorithmsOf(await deps.store.findAll())
  const keys = await Promise.all(algorithms.filter((one) => !isOwn(deps, one)).map(deps.generate))
  try {
    await deps.store.replaceAll(keys, at)
  } catch (error) {
    if (!(error instanceof DuplicateKeyError) || tries >= MOST_TRIES) throw error
    return forgetAll(deps, at, tries + 1)
  }
  return { made: keys.map(({ kid }) => kid), waiting: [], own: ownAlgorithms(deps) }
}

const ownAlgorithms = ({ ownKeys }: ChangeKeysDeps): readonly SigningAlgorithm[] => [
  ...new Set(ownKeys.map(({ algorithm }) => algorithm)),
]

const isOwn = ({ ownKeys }: ChangeKeysDeps, algorithm: SigningAlgorithm): boolean =>
  ownKeys.some((own) => own.algorithm === algorithm)

const nextOf = (all: readonly KeyRecord[], algorithm: SigningAlgorithm): KeyRecord | undefined =>
  all.find((key) => key.stage === 'next' && key.algorithm === algorithm)

const algorithmsOf = (all: readonly KeyRecord[]): readonly SigningAlgorithm[] =>
  all.filter(({ stage }) => stage === 'active').map(({ algorithm }) => algorithm)

/** Undefined where another process was first. */
const addNext = async (
  { store, generate, clock }: ChangeKeysDeps,
  algorithm: SigningAlgorithm,
  signsFrom: Date,
): Promise<string | undefined> => {
  const key = await generate(algorithm)
  try {
    await store.addNext(key, clock.now(), signsFrom)
    return key.kid
  } catch (error) {
    if (error instanceof DuplicateKeyError) return undefined
    throw error
  }
}

/** Answers ids of those that sign now. Where another process is first, it has done the same. A key that cannot be read never signs. */
const promoteNext = async (
  { store, clock, latestTokenExpiry }: ChangeKeysDeps,
  isMeant: (next: KeyRecord) => boolean,
): Promise<readonly string[]> => {
  const promoted: string[] = []
  const now = clock.now()
  const all = await store.findAll()
  for (const next of all.filter((key) => key.stage === 'next' && key.fault === undefined && isMeant(key))) {
    const active = all.find(({ stage, algorithm }) => stage === 'active' && algorithm === next.algorithm)
    if (active === undefined) continue
    const latest = (await latestTokenExpiry())?.getTime() ?? 0
    const removeAt = new Date(Math.max(latest, now.getTime() + LEAST_OVERLAP_MILLISECONDS))
    if (await store.promote(next, active, now, removeAt)) promoted.push(next.kid)
  }
  return promoted
}
