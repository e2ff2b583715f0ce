import { checkDocument } from '../http/document-rules.ts'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { equalJson, isJsonObject } from '../kernel/json.ts'
import { invalid, malformed, Problem } from '../kernel/problem.ts'
import { applyJsonPatch, parseJsonPatch } from './json-patch.ts'
import { applyMergePatch } from './merge-patch.ts'
import type { Base } from './present.ts'
import { attributesOf, present } from './present.ts'
import type { StoredResource } from './resource.ts'
import type { ResourceKind } from './resource-kind.ts'

/** As much as a body may have: a patch can copy, and patches add up. */
const MOST_CHARACTERS = 1_048_576

type Apply = (document: JsonObject) => JsonValue

/**
 * Makes the function that patches a resource. The patch sees what a read at the same base shows. An array is a JSON Patch,
 * an object a merge patch, unless `method` (the content type, or `_method`) says otherwise.
 * @throws {Problem} malformed — a patch of another form; too-large — what it makes of the resource
 */
export const patcher = (
  { kind, base }: { readonly kind: ResourceKind; readonly base: Base },
  body: JsonValue,
  method: string,
): ((current: StoredResource | undefined) => Promise<JsonObject>) => {
  const apply = applierOf(body, method)
  return async (current) => {
    if (current === undefined) throw new Error('a patch needs a resource')
    const projected = (await kind.project?.([current.id]))?.get(current.id) ?? {}
    const before = present(kind, current, base, projected)
    const after = apply(before)
    checkSize(after)
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
  if (method === 'undeclared' && typeof body.op === 'string' && typeof body.path === 'string')
    throw malformed(
      'a JSON Patch is an array of operations; to set op and path say application/merge-patch+json',
    )
  if (body.resourceType === 'Parameters')
    throw malformed('FHIRPath Patch is not supported; send a merge patch or a JSON Patch')
  return (document) => applyMergePatch(document, body)
}

/** Counts about the characters of the JSON, and stops where it is too much: what was copied may be enormous. */
const checkSize = (document: JsonValue): void => {
  let left = MOST_CHARACTERS
  const count = (value: JsonValue): void => {
    left -= typeof value === 'string' ? value.length + 3 : 2
    if (left < 0) throw new Problem({ kind: 'too-large', limitBytes: MOST_CHARACTERS })
    if (Array.isArray(value)) for (const item of value) count(item)
    else if (isJsonObject(value))
      for (const [key, item] of Object.entries(value)) {
        left -= key.length + 3
        count(item)
      }
  }
  count(document)
}

/**
 * Secrets are not in what the patch saw: removing one, or a member of one, is passed on as null. What the patch does not
 * name is left out, so that it cannot undo what happened to it meanwhile.
 */
const withSecrets = (
  { writeOnly }: ResourceKind,
  after: JsonObject,
  before: JsonObject,
  patch: JsonValue,
): JsonObject => {
  const attributes = new Map(Object.entries(after))
  for (const name of writeOnly) {
    const [value, shown] = [after[name], before[name]]
    if (!isNamedIn(patch, name)) {
      if (value === undefined || equalJson(value, shown)) attributes.delete(name)
    } else if (value === undefined) {
      if (shown !== undefined || isJsonObject(patch)) attributes.set(name, null)
    } else if (isJsonObject(value) && isJsonObject(shown)) {
      const gone = Object.keys(shown).filter(
        (member) => !Object.hasOwn(value, member) && isRemovedIn(patch, name, member),
      )
      attributes.set(name, { ...value, ...Object.fromEntries(gone.map((member) => [member, null])) })
    }
  }
  return Object.fromEntries(attributes)
}

/** Whether the patch says something of the attribute or of what is in it. */
const isNamedIn = (patch: JsonValue, name: string): boolean =>
  Array.isArray(patch)
    ? placesOf(patch).some((place) => `${place}/`.startsWith(`/${name}/`))
    : isJsonObject(patch) && Object.hasOwn(patch, name)

const isRemovedIn = (patch: JsonValue, name: string, member: string): boolean => {
  if (Array.isArray(patch)) return placesOf(patch).includes(`/${name}/${member}`)
  const inner = isJsonObject(patch) ? patch[name] : undefined
  return isJsonObject(inner) && inner[member] === null
}

/** Where the operations change something. */
const placesOf = (operations: readonly JsonValue[]): readonly string[] =>
  operations
    .filter(isJsonObject)
    .filter(({ op }) => op !== 'test')
    .flatMap(({ op, path, from }) => (op === 'move' ? [path, from] : [path]))
    .map(String)
