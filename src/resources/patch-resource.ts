import { checkDocument } from '../http/document-rules.ts'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { equalJson, isJsonObject } from '../kernel/json.ts'
import { invalid, malformed } from '../kernel/problem.ts'
import { applyJsonPatch, parseJsonPatch } from './json-patch.ts'
import { applyMergePatch } from './merge-patch.ts'
import type { Base } from './present.ts'
import { attributesOf, present } from './present.ts'
import type { StoredResource } from './resource.ts'
import type { ResourceKind } from './resource-kind.ts'

type Apply = (document: JsonObject) => JsonValue

/**
 * Makes the function that patches a resource. The patch sees what a read at the same base shows. An array is a JSON Patch,
 * an object a merge patch, unless `method` (the content type, or `_method`) says otherwise.
 * @throws {Problem} malformed — a patch of another form
 */
export const patcher = (
  { kind, base }: { readonly kind: ResourceKind; readonly base: Base },
  id: string,
  body: JsonValue,
  method: string,
): ((current: StoredResource | undefined) => Promise<JsonObject>) => {
  const apply = applierOf(body, method)
  return async (current) => {
    if (current === undefined) throw new Error('a patch needs a resource')
    const projected = (await kind.project?.([id]))?.get(id) ?? {}
    const before = present(kind, current, base, projected)
    const after = apply(before)
    checkDocument(after)
    if (!isJsonObject(after)) throw invalid('the patched resource is not an object', kind.type)
    for (const name of ['id', 'resourceType'])
      if (after[name] !== before[name]) throw invalid('cannot be changed', `${kind.type}.${name}`)
    return attributesOf(withSecrets(kind, after, before, body))
  }
}

const applierOf = (body: JsonValue, method: string): Apply => {
  const isMerge = method === 'merge' || method === 'merge-patch'
  if (!isMerge && method !== 'json-patch' && method !== 'undeclared')
    throw malformed('expected merge-patch or json-patch', '_method')
  if (method === 'json-patch' || (method === 'undeclared' && Array.isArray(body))) {
    const operations = parseJsonPatch(body)
    return (document) => applyJsonPatch(document, operations)
  }
  if (!isJsonObject(body))
    throw malformed('expected an object of attributes, or an array of patch operations')
  if (body.resourceType === 'Parameters')
    throw malformed('FHIRPath Patch is not supported; send a merge patch or a JSON Patch')
  return (document) => applyMergePatch(document, body)
}

/**
 * Secrets are not in what the patch saw: removing one is passed on as null, and a projected attribute that the patch does
 * not name is left out, so that it cannot undo what happened to it meanwhile.
 */
const withSecrets = (
  { writeOnly }: ResourceKind,
  after: JsonObject,
  before: JsonObject,
  patch: JsonValue,
): JsonObject => {
  const attributes = new Map(Object.entries(after))
  for (const name of writeOnly) {
    const isRemoved = before[name] !== undefined && after[name] === undefined
    const isNullInPatch = isJsonObject(patch) && patch[name] === null
    if (isRemoved || isNullInPatch) attributes.set(name, null)
    else if (!isNamedIn(patch, name) && equalJson(after[name], before[name])) attributes.delete(name)
  }
  return Object.fromEntries(attributes)
}

const isNamedIn = (patch: JsonValue, name: string): boolean =>
  Array.isArray(patch)
    ? patch.some(
        (operation) =>
          isJsonObject(operation) &&
          operation.op !== 'test' &&
          `${String(operation.path)}/`.startsWith(`/${name}/`),
      )
    : isJsonObject(patch) && Object.hasOwn(patch, name)
