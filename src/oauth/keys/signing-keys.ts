import type { JsonObject } from '../../kernel/json.ts'
import { DuplicateKeyError } from '../../kernel/transact.ts'
import type { ChangeKeysDeps, RotateHow, Rotation } from './change-keys.ts'
import { maintainKeys, rotateKeys } from './change-keys.ts'
import type { SigningAlgorithm } from './signing-algorithm.ts'
import type { KeyRecord, SigningKey } from './signing-key.store.ts'
import type { OwnJwtVerdict } from './verify-own-jwt.ts'
import { judgeOwnJwt } from './verify-own-jwt.ts'

export interface SigningKeysDeps extends ChangeKeysDeps {
  readonly createSigner: (key: SigningKey) => Sign
  /** Where neither the caller nor the client says. */
  readonly defaultAlgorithm: SigningAlgorithm
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
  /** Has a key of the algorithm published: for who is about to be promised tokens that it signs. */
  publish(algorithm: SigningAlgorithm): Promise<void>
  signJwt(claims: JsonObject, options?: SignJwtOptions): Promise<string>
  /** Whether a published key of ours signed it, and if not why. */
  judgeOwnJwt(text: string): Promise<OwnJwtVerdict>
  /** The claims of a JWT that a published key of ours signed, however old; undefined for every other text. */
  verifyOwnJwt(jwt: string): Promise<JsonObject | undefined>
  /** The JWK Set (RFC 7517 §5) as JSON text; public members only. At once where it is known. */
  jwks(): string | Promise<string>
  /** {@link maintainKeys} */
  maintain(): Promise<void>
  /** {@link rotateKeys} */
  rotate(how: RotateHow): Promise<Rotation>
}

/** What another process did is known after so long, at most. */
const KNOWN_MILLISECONDS = 5000

interface Reading {
  readonly at: number
  readonly records: Promise<readonly KeyRecord[]>
}

/** Made of a reading; a key has to be removed at `until`. */
interface Published {
  readonly reading: Reading
  readonly until: number
  readonly text: string
}

const isCurrent = ({ reading, until }: Published, known: Reading | undefined, now: number): boolean =>
  reading === known && isFresh(reading, now) && now < until

const isFresh = ({ at }: Reading, now: number): boolean => Math.abs(now - at) < KNOWN_MILLISECONDS

/** The keys as this process knows them, read again every few seconds: of any number of processes all use the same. */
export const createSigningKeys = (deps: SigningKeysDeps): SigningKeys => {
  const { store, clock, ownKeys } = deps
  const signers = new Map<string, Sign>()
  let known: Reading | undefined

  const current = (): Reading => {
    const now = clock.now().getTime()
    if (known !== undefined && isFresh(known, now)) return known
    const reading = { at: now, records: store.findAll() }
    known = reading
    // NOTE: a failed read is tried again by the next caller.
    reading.records.catch(() => {
      if (known === reading) known = undefined
    })
    return reading
  }
  const records = (): Promise<readonly KeyRecord[]> => current().records
  const forget = (): void => {
    known = undefined
  }

  const signerOf = (key: SigningKey): Sign => {
    const made = signers.get(key.kid) ?? deps.createSigner(key)
    signers.set(key.kid, made)
    return made
  }

  /** Of several processes that start at once one wins; the others take its key. */
  const makeFirst = async (algorithm: SigningAlgorithm): Promise<SigningKey> => {
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

  const underWay = new Map<SigningAlgorithm, Promise<SigningKey>>()
  /** NOTE: requests that need the first key of an algorithm at the same time make one, not one each. */
  const addFirst = (algorithm: SigningAlgorithm): Promise<SigningKey> => {
    const made = underWay.get(algorithm) ?? makeFirst(algorithm).finally(() => underWay.delete(algorithm))
    underWay.set(algorithm, made)
    return made
  }

  const keyFor = async (algorithm: SigningAlgorithm): Promise<SigningKey> =>
    ownKeys.find((key) => key.algorithm === algorithm) ??
    signingKeyOf(await records(), algorithm, clock.now()) ??
    (await addFirst(algorithm))

  const publicKeys = async (reading = current()): Promise<readonly JsonObject[]> => {
    const now = clock.now().getTime()
    const stored = (await reading.records).filter(({ removeAt = now + 1 }) => removeAt > now)
    return [...ownKeys, ...stored].map(({ publicJwk }) => publicJwk)
  }

  let published: Published | undefined
  const publishedText = async (): Promise<string> => {
    const reading = current()
    const text = JSON.stringify({ keys: await publicKeys(reading) })
    const until = Math.min(...(await reading.records).map(({ removeAt = Infinity }) => removeAt))
    published = { reading, until, text }
    return text
  }

  return {
    prepare: async () => {
      signerOf(await keyFor(deps.defaultAlgorithm))
    },
    publish: async (algorithm) => {
      await keyFor(algorithm)
    },
    signJwt: async (claims, { algorithm = deps.defaultAlgorithm, type = 'JWT' } = {}) =>
      signerOf(await keyFor(algorithm))(claims, type),
    judgeOwnJwt: async (text) => judgeOwnJwt(text, await publicKeys()),
    verifyOwnJwt: async (text) => {
      const verdict = judgeOwnJwt(text, await publicKeys())
      return verdict.kind === 'signed' ? verdict.claims : undefined
    },
    jwks: () =>
      published !== undefined && isCurrent(published, known, clock.now().getTime())
        ? published.text
        : publishedText(),
    maintain: async () => {
      try {
        await maintainKeys(deps)
      } finally {
        forget()
      }
    },
    rotate: async (how) => {
      try {
        return await rotateKeys(deps, how)
      } finally {
        forget()
      }
    },
  }
}

/**
 * The key that signs now. A next key whose time has come signs before anybody has promoted it, so that all processes change
 * at the same instant.
 * @throws {CannotDecryptError} there is one, but its private key cannot be read
 */
const signingKeyOf = (
  all: readonly KeyRecord[],
  algorithm: SigningAlgorithm,
  now: Date,
): SigningKey | undefined => {
  const own = all.filter((key) => key.algorithm === algorithm)
  const chosen =
    own.find((key) => key.stage === 'next' && key.signsFrom <= now.getTime() && key.fault === undefined) ??
    own.find(({ stage }) => stage === 'active')
  if (chosen?.fault !== undefined) throw chosen.fault.error
  return chosen?.privateKey === undefined ? undefined : { ...chosen, privateKey: chosen.privateKey }
}
