import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { DuplicateKeyError } from '../../kernel/transact.ts'
import type { SigningAlgorithm } from './signing-algorithm.ts'
import type { SigningKey, SigningKeyStore } from './signing-key.store.ts'
import { verifyOwnJwt } from './verify-own-jwt.ts'

export interface SigningKeysDeps {
  readonly store: SigningKeyStore
  readonly generate: (algorithm: SigningAlgorithm) => Promise<SigningKey>
  readonly createSigner: (key: SigningKey) => (claims: JsonObject, type: string) => string
  readonly clock: Clock
  /** Where neither the caller nor the client says. */
  readonly defaultAlgorithm: SigningAlgorithm
}

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
}

type Sign = (claims: JsonObject, type: string) => string

/** The keys of this process, read once. A failed read is tried again by the next caller. */
export const createSigningKeys = (deps: SigningKeysDeps): SigningKeys => {
  const signers = new Map<SigningAlgorithm, Promise<Sign>>()
  let published: Promise<string> | undefined

  const signerOf = (algorithm: SigningAlgorithm): Promise<Sign> => {
    const known = signers.get(algorithm)
    if (known !== undefined) return known
    const loading = load(deps, algorithm)
    signers.set(algorithm, loading)
    loading.then(
      () => {
        published = undefined
      },
      () => signers.delete(algorithm),
    )
    return loading
  }

  return {
    prepare: async () => {
      await signerOf(deps.defaultAlgorithm)
    },
    signJwt: async (claims, { algorithm = deps.defaultAlgorithm, type = 'JWT' } = {}) =>
      (await signerOf(algorithm))(claims, type),
    verifyOwnJwt: async (jwt) => verifyOwnJwt(jwt, await deps.store.publicJwks()),
    jwks: async () => {
      published ??= deps.store
        .publicJwks()
        .then((keys) => JSON.stringify({ keys }))
        .catch((error: unknown) => {
          published = undefined
          throw error
        })
      return published
    },
  }
}

const load = async (deps: SigningKeysDeps, algorithm: SigningAlgorithm): Promise<Sign> =>
  deps.createSigner((await deps.store.findActive(algorithm)) ?? (await addFirst(deps, algorithm)))

/** Of several processes that start at once one wins; the others take its key. */
const addFirst = async (
  { store, generate, clock }: SigningKeysDeps,
  algorithm: SigningAlgorithm,
): Promise<SigningKey> => {
  const key = await generate(algorithm)
  try {
    await store.add(key, clock.now())
    return key
  } catch (error) {
    const winner = error instanceof DuplicateKeyError ? await store.findActive(algorithm) : undefined
    if (winner === undefined) throw error
    return winner
  }
}
