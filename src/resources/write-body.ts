import type { Pairs } from '../http/form.ts'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { invalid, malformed } from '../kernel/problem.ts'
import { parseConditions } from './parse-search.ts'
import type { WriteCriteria } from './plan-write.ts'
import { attributesOf } from './present.ts'
import { isResourceId } from './resource.ts'
import type { ResourceKind } from './resource-kind.ts'
import type { SearchCondition } from './search-query.ts'

/** NOTE: `_count`, `_sort` and the like would make the choice of the resource a matter of luck. */
export const parseCriteria = (kind: ResourceKind, pairs: Pairs): readonly SearchCondition[] => {
  const conditions = parseConditions(kind, pairs)
  if (conditions.length < pairs.length) throw malformed('criteria only say what is searched, not how')
  return conditions
}

export const criteriaOf = (
  conditions: readonly SearchCondition[],
  expectedId: string | undefined,
): { readonly criteria?: WriteCriteria } =>
  conditions.length === 0 ? {} : { criteria: { conditions, expectedId } }

/** @throws {Problem} invalid */
export const requireId = (type: string, id: string): void => {
  if (!isResourceId(id)) throw invalid('expected 1 to 64 letters, digits, hyphens and dots', `${type}.id`)
}

/** The attributes in a body. @throws {Problem} invalid — no object, or one of another type */
export const resourceBody = (type: string, body: JsonValue): JsonObject => {
  // NOTE: an empty YAML document is a resource without attributes.
  if (body === null) return {}
  if (!isJsonObject(body)) throw invalid('expected an object with the attributes of the resource', type)
  if ((body.resourceType ?? type) !== type)
    throw invalid(`expected ${type}, as in the path`, `${type}.resourceType`)
  return attributesOf(body)
}

/** The version that a body says it was read at; undefined where it says none, as what a person typed does. */
export const versionReadOf = (body: JsonValue): { readonly versionRead?: string } => {
  const meta = isJsonObject(body) ? body.meta : undefined
  const versionId = isJsonObject(meta ?? null) ? (meta as JsonObject).versionId : undefined
  return typeof versionId === 'string' || typeof versionId === 'number'
    ? { versionRead: String(versionId) }
    : {}
}

/** The id in a body. @throws {Problem} invalid */
export const givenId = (type: string, body: JsonValue): string | undefined => {
  const id = isJsonObject(body) ? body.id : undefined
  if (id === undefined || id === null) return undefined
  if (typeof id !== 'string') throw invalid('expected a string', `${type}.id`)
  requireId(type, id)
  return id
}
