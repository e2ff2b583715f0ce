import { isSecretName, MASK } from '../../../src/console/command/secret-names.ts'
import type { Json, JsonObject } from '../api/server.ts'

const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A document of a resource without the members that hold a secret, and without headers that were not stored before. */
export const withoutSecrets = (document: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(document).flatMap(([name, value]) => {
      if (name === 'headers' && isObject(value))
        return [[name, Object.fromEntries(Object.entries(value).filter(([, stored]) => stored === MASK))]]
      return isSecretName(name, '/') ? [] : [[name, cleaned(value)]]
    }),
  )

const cleaned = (value: Json): Json => {
  if (Array.isArray(value)) return (value as readonly Json[]).map(cleaned)
  return isObject(value) ? withoutSecrets(value) : value
}
