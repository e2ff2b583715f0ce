import type { JsonObject } from '../kernel/json.ts'
import { invalid } from '../kernel/problem.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { ResourceKind } from '../resources/resource-kind.ts'
import { ALLOWED_ORIGIN_KEY, allowedOriginsOf } from './allowed-origin.ts'
import type { ClientSecretStore, ClientStore } from './client.store.ts'
import type { TokenAlgorithm } from './client.ts'
import type { ClientInput } from './client-schema.ts'
import { clientSchema } from './client-schema.ts'
import type { ClientSecretDeps } from './client-secret.ts'
import { hashRandomSecret, verifyClientSecret } from './client-secret.ts'

export interface ClientKindDeps {
  readonly clients: ClientStore
  readonly clientSecrets: ClientSecretStore
  readonly secrets: ClientSecretDeps
  /** argon2id, for secrets that people chose. @throws {Problem} unavailable */
  readonly hashSlowly: (secret: string) => Promise<string>
  /** Whether a `$s0$…` text is a scrypt hash within the limits of cost. */
  readonly isScryptHash: (text: string) => boolean
  /** Has the key of the algorithm published before the client gets a token that it signs. @throws {Problem} unavailable */
  publishKey(algorithm: TokenAlgorithm): Promise<void>
  endSessionsOfClient(clientId: string, reason: string, at: Date): readonly WriteStep[]
  /** Forgets what other slices keep about the client: grants, rights. */
  deleteSteps(clientId: string): readonly WriteStep[]
}

const MOST_SECRET_BYTES = 1024
const STORED_SHA256 = /^__sha256:[0-9A-Fa-f]{64}$/

/** Applications. The secret lives in a table of its own, hashed: left out it stays, null makes the client public. */
export const createClientKind = (deps: ClientKindDeps): ResourceKind<ClientInput> => {
  const isHash = (secret: string): boolean => secret.startsWith('__sha256:') || secret.startsWith('$s0$')

  const checkSecret = (secret: string): void => {
    const path = 'Client.secret'
    if (secret.startsWith('__sha256:') && !STORED_SHA256.test(secret))
      throw invalid('expected __sha256: and 64 hexadecimal digits', path)
    if (secret.startsWith('$s0$') && !deps.isScryptHash(secret))
      throw invalid('starts as a $s0$ hash but is none', path)
    const bytes = Buffer.byteLength(secret)
    if (bytes < 1 || bytes > MOST_SECRET_BYTES)
      throw invalid(`expected 1 to ${MOST_SECRET_BYTES} bytes, not ${bytes}`, path)
  }

  const hashOf = async (secret: string): Promise<string> => {
    if (isHash(secret)) return storedForm(secret)
    return isRandom(secret) ? hashRandomSecret(secret) : deps.hashSlowly(secret)
  }

  /** The steps that make it the client's secret; none when it is already. */
  const writeSecret = async (
    id: string,
    secret: string | null | undefined,
  ): Promise<readonly WriteStep[]> => {
    if (secret === undefined) return []
    if (secret !== null) checkSecret(secret)
    const stored = (await deps.clients.findWithSecretHash(id))?.secretHash
    if (secret === null) return stored === undefined ? [] : [deps.clientSecrets.removeStep(id)]
    const isSame =
      stored !== undefined &&
      (isHash(secret)
        ? stored === storedForm(secret)
        : await verifyClientSecret(deps.secrets, id, stored, secret))
    return isSame ? [] : [deps.clientSecrets.setStep(id, await hashOf(secret))]
  }

  return {
    type: 'Client',
    schema: clientSchema,
    writeOnly: ['secret'],
    unsearchable: ['secret'],
    referencePaths: [
      ['auth', 'authorization_code', 'default_identity_provider'],
      ['allowed-scopes'],
      ['scopes', 'policy'],
    ],
    searchParameters: {},
    lookupKeys: (_id, document) =>
      allowedOriginsOf(document).map((value) => ({ name: ALLOWED_ORIGIN_KEY, value, isUnique: false })),

    prepareWrite: async ({ secret, ...document }, { id, current, at }) => {
      const secretSteps = await writeSecret(id, secret)
      for (const algorithm of algorithmsOf(document)) await deps.publishKey(algorithm)
      const isShutOut = document.active === false && current !== undefined && current.body.active !== false
      return {
        document: document as JsonObject,
        steps: [...secretSteps, ...(isShutOut ? deps.endSessionsOfClient(id, 'client-inactive', at) : [])],
        changedSecrets: secretSteps.length === 0 ? [] : ['secret'],
      }
    },

    deleteSteps: (id, at) => [
      deps.clientSecrets.removeStep(id),
      ...deps.endSessionsOfClient(id, 'client-deleted', at),
      ...deps.deleteSteps(id),
    ],
  }
}

const algorithmsOf = (document: Omit<ClientInput, 'secret'>): readonly TokenAlgorithm[] =>
  [document.id_token_signed_response_alg, document.access_token_signed_response_alg].filter(
    (algorithm) => algorithm !== undefined,
  )

/** Digits of an imported `__sha256:` in upper case, as ours are: the same hash again is no change. */
const storedForm = (hash: string): string =>
  hash.startsWith('__sha256:') ? `__sha256:${hash.slice(9).toUpperCase()}` : hash

/** 256 bits as base64url or hexadecimal, as a generator prints them: a fast hash is enough for those. */
const isRandom = (secret: string): boolean =>
  /^[A-Za-z0-9_-]{43,}$/.test(secret) && new Set(secret).size >= 12
