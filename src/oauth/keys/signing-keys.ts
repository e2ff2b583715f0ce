import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { DuplicateKeyError } from '../../kernel/transact.ts'
import type { SigningKey, SigningKeyStore } from './signing-key.store.ts'

export interface SigningKeysDeps {
  readonly store: SigningKeyStore
  readonly generate: () => Promise<SigningKey>
  readonly createSigner: (key: SigningKey) => (claims: JsonObject) => string
  readonly clock: Clock
}

export interface SigningKeys {
  /** Makes the first key where there is none yet. Called at start, so that no request waits for it. */
  prepare(): Promise<void>
  signJwt(claims: JsonObject): Promise<string>
  /** The JWK Set (RFC 7517 §5) as JSON text; public members only. */
  jwks(): Promise<string>
}

interface Loaded {
  readonly sign: (claims: JsonObject) => string
  readonly jwks: string
}

/** The keys of this process, read once. A failed read is tried again by the next caller. */
export const createSigningKeys = (deps: SigningKeysDeps): SigningKeys => {
  let loading: Promise<Loaded> | undefined
  const loaded = (): Promise<Loaded> => {
    loading ??= load(deps).catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
  return {
    prepare: async () => {
      await loaded()
    },
    signJwt: async (claims) => (await loaded()).sign(claims),
    jwks: async () => (await loaded()).jwks,
  }
}

const load = async (deps: SigningKeysDeps): Promise<Loaded> => {
  const key = (await deps.store.findActive('RS256')) ?? (await addFirst(deps))
  return {
    sign: deps.createSigner(key),
    jwks: JSON.stringify({ keys: await deps.store.publicJwks() }),
  }
}

/** Of several processes that start at once one wins; the others take its key. */
const addFirst = async ({ store, generate, clock }: SigningKeysDeps): Promise<SigningKey> => {
  const key = await generate()
  try {
    await store.add(key, clock.now())
    return key
  } catch (error) {
    const winner = error instanceof DuplicateKeyError ? await store.findActive('RS256') : undefined
    if (winner === undefined) throw error
    return winner
  }
}
