import type { Stores } from './app-stores.ts'
import type { Config } from './config/config.ts'
import type { Clock } from './kernel/clock.ts'
import { createJwtSigner, generateSigningKey, importSigningKey } from './oauth/keys/signing-key.node.ts'
import type { SigningKey } from './oauth/keys/signing-key.store.ts'
import type { SigningKeys } from './oauth/keys/signing-keys.ts'
import { createSigningKeys } from './oauth/keys/signing-keys.ts'

interface KeysDeps {
  readonly config: Pick<Config, 'signingAlgorithm' | 'signingKeys' | 'signingKeyDays'>
  readonly stores: Pick<Stores, 'signingKeys' | 'issuedTokens' | 'auditLog'>
  readonly clock: Clock
}

export interface Keys extends SigningKeys {
  readonly ownKeys: readonly SigningKey[]
}

/** What signs tokens: the operator's own keys, and those the server makes and keeps. */
export const createKeys = async ({ config, stores, clock }: KeysDeps): Promise<Keys> => {
  const ownKeys = await Promise.all(
    config.signingKeys.map((key) => importSigningKey(key.algorithm, key.privateKey.reveal())),
  )
  const keys = createSigningKeys({
    store: stores.signingKeys,
    generate: generateSigningKey,
    createSigner: createJwtSigner,
    clock,
    auditLog: stores.auditLog,
    defaultAlgorithm: config.signingAlgorithm,
    ownKeys,
    rotateAfterDays: config.signingKeyDays,
    latestTokenExpiry: stores.issuedTokens.latestExpiry,
  })
  return { ...keys, ownKeys }
}
