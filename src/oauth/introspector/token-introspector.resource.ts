import { FEWEST_HS256_BYTES } from '../../kernel/hs256.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { equalJson, isJsonObject } from '../../kernel/json.ts'
import { invalid } from '../../kernel/problem.ts'
import type { ResourceKind } from '../../resources/resource-kind.ts'
import type { IntrospectorSecretStore, IntrospectorSecrets } from './introspector.store.ts'
import { issuerKeyName, issuerOf } from './issuer-of.ts'
import type { KeyInput, TokenIntrospectorInput } from './token-introspector-schema.ts'
import { MASKED, tokenIntrospectorSchema } from './token-introspector-schema.ts'

export interface TokenIntrospectorKindDeps {
  readonly secrets: IntrospectorSecretStore
  /** Undefined for a public key that verifies the algorithm, otherwise what is wrong with it. */
  readonly publicKeyFault: (text: string, format: 'PEM' | 'plain', algorithm: string) => string | undefined
}

type Secrets = Map<string, string>

/**
 * Whose tokens are believed. Its secrets live encrypted in a table of their own; the document shows each as `***`. That,
 * written back, keeps the stored one, as long as what it belongs to stays the same.
 */
export const createTokenIntrospectorKind = (
  deps: TokenIntrospectorKindDeps,
): ResourceKind<TokenIntrospectorInput> => ({
  type: 'TokenIntrospector',
  schema: tokenIntrospectorSchema,
  writeOnly: [],
  unsearchable: [],
  referencePaths: [['identity_provider']],
  searchParameters: {},
  lookupKeys: (_id, document) => [
    {
      name: issuerKeyName(document.type === 'jwt' ? 'jwt' : 'opaque'),
      value: issuerOf(document),
      isUnique: true,
    },
  ],

  prepareWrite: async (input, { id, current }) => {
    checkForm(input)
    checkPublicKeys(input, deps)
    const stored = await deps.secrets.find(id)
    const secrets = secretsOf(input, stored, current?.body)
    const isChanged = !equalJson(stored, Object.fromEntries(secrets))
    return {
      document: masked(input),
      steps: isChanged ? deps.secrets.replaceSteps(id, Object.fromEntries(secrets)) : [],
      changedSecrets: isChanged
        ? [...new Set([...secrets.keys(), ...Object.keys(stored)])].filter(
            (path) => secrets.get(path) !== stored[path],
          )
        : [],
    }
  },

  deleteSteps: (id) => deps.secrets.replaceSteps(id, {}),
})

const refuse = (message: string, path: string): never => {
  throw invalid(message, `TokenIntrospector.${path}`)
}

const checkForm = ({ type, jwt, jwks_uri, introspection_endpoint }: TokenIntrospectorInput): void => {
  if (type === 'opaque') {
    if (introspection_endpoint === undefined)
      refuse('is needed where the type is opaque', 'introspection_endpoint')
    if (jwt?.secret !== undefined || jwt?.keys !== undefined)
      refuse('has keys, but the type is opaque', 'jwt')
    if (jwks_uri !== undefined) refuse('has no meaning where the type is opaque', 'jwks_uri')
    return
  }
  if (jwt?.iss === undefined) refuse('is needed: it says whose tokens are meant', 'jwt.iss')
  if (introspection_endpoint !== undefined)
    refuse('has no meaning where the type is jwt', 'introspection_endpoint')
  const given = [jwt?.secret, jwt?.keys, jwks_uri].filter((one) => one !== undefined)
  if (given.length !== 1) refuse('expected exactly one of jwt.secret, jwt.keys and jwks_uri', 'jwt')
}

const checkPublicKeys = (input: TokenIntrospectorInput, deps: TokenIntrospectorKindDeps): void => {
  for (const [index, { kty, alg, k, pub, format }] of (input.jwt?.keys ?? []).entries()) {
    const path = `jwt.keys[${index}]`
    const isSymmetric = kty === 'OCT'
    if (isSymmetric !== (alg === 'HS256') || (kty === 'EC') !== (alg === 'ES256'))
      refuse(`does not go with kty ${kty}`, `${path}.alg`)
    if (isSymmetric) {
      if (pub !== undefined) refuse('has no meaning for kty OCT', `${path}.pub`)
      if (k === undefined) refuse('is needed for kty OCT', `${path}.k`)
      if (format !== 'plain') refuse('must be plain for kty OCT', `${path}.format`)
      continue
    }
    if (k !== undefined) refuse(`has no meaning for kty ${kty}`, `${path}.k`)
    const fault = pub === undefined ? `is needed for kty ${kty}` : deps.publicKeyFault(pub, format, alg)
    if (fault !== undefined) refuse(fault, `${path}.pub`)
  }
}

const secretsOf = (
  { jwt, introspection_endpoint: endpoint }: TokenIntrospectorInput,
  stored: IntrospectorSecrets,
  current: JsonObject | undefined,
): Secrets => {
  const secrets: Secrets = new Map()
  const keep = (path: string, given: string | undefined, belongsToSame: boolean): string | undefined => {
    if (given === undefined) return undefined
    const value = given === MASKED ? (belongsToSame ? stored[path] : undefined) : given
    if (value === undefined)
      return refuse(
        `${MASKED} keeps a stored value, but none is stored for this; write the value itself`,
        path,
      )
    secrets.set(path, value)
    return value
  }
  const before = isJsonObject(current?.jwt) ? current.jwt : {}
  const keysBefore = Array.isArray(before.keys) ? before.keys : []
  checkLength(keep('jwt.secret', jwt?.secret, before.iss === jwt?.iss), 'jwt.secret')
  for (const [index, key] of (jwt?.keys ?? []).entries()) {
    const path = `jwt.keys[${index}].k`
    // NOTE: of a list that got longer or shorter nobody can say which of the stored ones is meant.
    const isSame = keysBefore.length === jwt?.keys?.length && equalJson(keysBefore[index], maskedKey(key))
    checkLength(keep(path, key.k, isSame), path)
  }
  // NOTE: otherwise whoever moves the endpoint would be sent the credentials of the old one.
  keep(
    'introspection_endpoint.authorization',
    endpoint?.authorization,
    originOf(endpoint?.url) === originOf(urlOf(current)),
  )
  return secrets
}

const checkLength = (secret: string | undefined, path: string): void => {
  if (secret !== undefined && Buffer.byteLength(secret) < FEWEST_HS256_BYTES)
    refuse(`expected at least ${FEWEST_HS256_BYTES} bytes for HS256`, path)
}

const urlOf = (body: JsonObject | undefined): string | undefined => {
  const endpoint = body?.introspection_endpoint
  return isJsonObject(endpoint) && typeof endpoint.url === 'string' ? endpoint.url : undefined
}

const originOf = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).origin : undefined

const maskedKey = ({ k, ...key }: KeyInput): JsonObject =>
  ({ ...key, ...(k === undefined ? {} : { k: MASKED }) }) as JsonObject

const masked = ({ jwt, introspection_endpoint: endpoint, ...input }: TokenIntrospectorInput): JsonObject =>
  ({
    ...input,
    ...(jwt === undefined
      ? {}
      : {
          jwt: {
            ...jwt,
            ...(jwt.secret === undefined ? {} : { secret: MASKED }),
            ...(jwt.keys === undefined ? {} : { keys: jwt.keys.map(maskedKey) }),
          },
        }),
    ...(endpoint === undefined
      ? {}
      : {
          introspection_endpoint: {
            ...endpoint,
            ...(endpoint.authorization === undefined ? {} : { authorization: MASKED }),
          },
        }),
  }) as JsonObject
