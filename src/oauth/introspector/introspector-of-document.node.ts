import type { JsonObject, JsonValue } from '../../kernel/json.ts'
import { isJsonObject } from '../../kernel/json.ts'
import type { IntrospectorSecrets } from './introspector.store.ts'
import type { Introspector, IntrospectorKey, Verification } from './introspector.ts'
import { issuerOf } from './issuer-of.ts'
import { readPublicKey } from './public-key.node.ts'
import { DEFAULT_CACHE_SECONDS } from './token-introspector-schema.ts'

/** Reads a stored TokenIntrospector with its secrets; undefined where nothing could verify a token. */
export const introspectorOfDocument = (
  id: string,
  document: JsonObject,
  secrets: IntrospectorSecrets,
): Introspector | undefined => {
  const verification = verificationOf(document, secrets)
  return (
    verification && {
      id,
      issuer: issuerOf(document),
      audience: Array.isArray(document.audience) ? document.audience.filter(isText) : [],
      verification,
    }
  )
}

const verificationOf = (document: JsonObject, secrets: IntrospectorSecrets): Verification | undefined => {
  const { type, jwt, jwks_uri: uri, introspection_endpoint: endpoint, cache_ttl: seconds } = document
  const cacheSeconds = typeof seconds === 'number' ? seconds : DEFAULT_CACHE_SECONDS
  if (type === 'opaque')
    return isJsonObject(endpoint) && isText(endpoint.url)
      ? {
          kind: 'endpoint',
          url: endpoint.url,
          authorization: secrets['introspection_endpoint.authorization'],
          cacheSeconds,
        }
      : undefined
  if (isText(uri))
    return {
      kind: 'remote-keys',
      uri,
      cacheSeconds,
    }
  const secret = secrets['jwt.secret']
  if (secret !== undefined) return { kind: 'keys', keys: [{ kind: 'secret', secret }] }
  const keys = isJsonObject(jwt) && Array.isArray(jwt.keys) ? jwt.keys : []
  return { kind: 'keys', keys: keys.flatMap((key: JsonValue, index) => keyOf(key, index, secrets)) }
}

const keyOf = (key: JsonValue, index: number, secrets: IntrospectorSecrets): readonly IntrospectorKey[] => {
  if (!isJsonObject(key) || !isText(key.alg)) return []
  if (key.kty === 'OCT') {
    const secret = secrets[`jwt.keys[${index}].k`]
    return secret === undefined ? [] : [{ kind: 'secret', secret }]
  }
  const read = readPublicKey(String(key.pub), key.format === 'plain' ? 'plain' : 'PEM', key.alg)
  return read.kind === 'key' ? [{ kind: 'public', jwk: read.jwk, algorithm: key.alg }] : []
}

const isText = (value: JsonValue | undefined): value is string => typeof value === 'string'
