import type { Caller } from '../http/caller.ts'
import { parsePairs } from '../http/form.ts'
import { parseDocument } from '../http/parse-document.ts'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { invalid, malformed } from '../kernel/problem.ts'
import type { Random } from '../kernel/random.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import { newId } from '../kernel/secret-token.ts'
import type { Search, SearchParameters } from './parse-search.ts'
import { parseSearch } from './parse-search.ts'
import { patcher } from './patch-resource.ts'
import type { Change } from './plan-write.ts'
import { parseEntityTags } from './preconditions.ts'
import type { Base } from './present.ts'
import type { ResourceOperation } from './resource-action.ts'
import type { ResourceKind } from './resource-kind.ts'
import { criteriaOf, givenId, parseCriteria, requireId, resourceBody, versionReadOf } from './write-body.ts'

export interface EntryDeps {
  readonly kinds: readonly ResourceKind[]
  /** Without trailing slash. */
  readonly publicUrl: string
  readonly random: Random
}

/** On whose behalf, and how references look. */
export interface EntryContext {
  readonly base: Base
  readonly caller: Caller
  readonly origin: RequestOrigin | undefined
}

/** What one entry of a Bundle asks for. */
export type Entry = {
  readonly kind: ResourceKind
  readonly operation: ResourceOperation
  /** Where the path names one. */
  readonly id: string | undefined
} & (
  | { readonly does: 'change'; readonly change: Change }
  | { readonly does: 'read'; readonly id: string }
  | { readonly does: 'search'; readonly parameters: SearchParameters; readonly search: Search }
)

interface Target {
  readonly kind: ResourceKind
  readonly id: string | undefined
  readonly query: SearchParameters
}

/**
 * Reads an entry (FHIR R4 bundle.html#Bundle.entry). Of a collection, and where `request` is missing in it, the resource is
 * put.
 * @throws {Problem} malformed, invalid
 */
export const parseEntry = (
  deps: EntryDeps,
  context: EntryContext,
  entry: JsonValue,
  isCollection: boolean,
): Entry => {
  if (!isJsonObject(entry)) throw malformed('expected an object')
  const { resource, fullUrl } = entry
  const request = isCollection ? putOf(resource) : entry.request
  if (!isJsonObject(request)) throw malformed('is missing', 'request')
  const target = targetOf(deps, textOf(request, 'url') ?? '')
  const common = {
    kind: target.kind,
    caller: context.caller,
    origin: context.origin,
    preconditions: {
      ifMatch: parseEntityTags(textOf(request, 'ifMatch'), 'request.ifMatch'),
      ifNoneMatch: parseEntityTags(textOf(request, 'ifNoneMatch'), 'request.ifNoneMatch'),
    },
    ...(typeof fullUrl === 'string' && fullUrl.startsWith('urn:') ? { placeholder: fullUrl } : {}),
  }
  const method = textOf(request, 'method')
  switch (method) {
    case 'GET':
      return readOf(target)
    case 'POST':
      return createOf(deps, common, target, resource, textOf(request, 'ifNoneExist'))
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
      return changeOf(deps, common, target, context.base, method, resource)
    default:
      throw malformed('expected GET, POST, PUT, PATCH or DELETE', 'request.method')
  }
}

type Common = Pick<Change, 'kind' | 'caller' | 'origin' | 'preconditions' | 'placeholder'>

const readOf = ({ kind, id, query }: Target): Entry =>
  id === undefined
    ? {
        kind,
        id,
        operation: 'search',
        does: 'search',
        parameters: query,
        search: parseSearch(kind, query),
      }
    : { kind, id, operation: 'read', does: 'read' }

const createOf = (
  deps: EntryDeps,
  common: Common,
  { kind, id: named, query }: Target,
  resource: JsonValue | undefined,
  ifNoneExist: string | undefined,
): Entry => {
  if (named !== undefined) throw malformed(`POST goes to ${kind.type}, without an id`, 'request.url')
  if (ifNoneExist !== undefined && query.length > 0)
    throw malformed(
      'stands beside criteria in the url; leave out the one or the other',
      'request.ifNoneExist',
    )
  const conditions = parseCriteria(kind, ifNoneExist === undefined ? query : pairsOf(ifNoneExist))
  if (ifNoneExist !== undefined && conditions.length === 0)
    throw malformed('has no criteria', 'request.ifNoneExist')
  const given = givenId(kind.type, resource ?? null)
  const attributes = resourceBody(kind.type, resource ?? null)
  return {
    kind,
    id: undefined,
    operation: 'create',
    does: 'change',
    change: {
      ...common,
      ...criteriaOf(conditions, given),
      method: 'POST',
      id: given ?? newId(deps.random),
      attributes: async () => attributes,
    },
  }
}

const changeOf = (
  deps: EntryDeps,
  common: Common,
  { kind, id: named, query }: Target,
  base: Base,
  method: 'PUT' | 'PATCH' | 'DELETE',
  resource: JsonValue | undefined,
): Entry => {
  const conditions = parseCriteria(kind, query)
  if ((named === undefined) === (conditions.length === 0))
    throw malformed(`expected ${kind.type}/<id> or ${kind.type}?<criteria>`, 'request.url')
  if (named !== undefined) requireId(kind.type, named)
  const given = method === 'PUT' ? givenId(kind.type, resource ?? null) : undefined
  const where = {
    ...common,
    ...criteriaOf(conditions, given),
    id: named ?? given ?? newId(deps.random),
  }
  const entry = { kind, id: named, does: 'change' } as const
  if (method === 'DELETE') return { ...entry, operation: 'delete', change: { ...where, method } }
  if (resource === undefined) throw malformed('is missing', 'resource')
  if (method === 'PATCH') {
    const { body, form } = patchOf(resource)
    const attributes = patcher({ kind, base }, body, form)
    return { ...entry, operation: 'patch', change: { ...where, ...versionReadOf(body), method, attributes } }
  }
  const attributes = resourceBody(kind.type, resource)
  const write = { ...where, ...versionReadOf(resource), method, attributes: async () => attributes }
  return { ...entry, operation: 'update', change: write }
}

/** A merge patch as it is, or a JSON Patch in a Binary (FHIR R4 http.html#patch). */
const patchOf = (resource: JsonValue): { readonly body: JsonValue; readonly form: string } => {
  if (!isJsonObject(resource) || resource.resourceType !== 'Binary')
    return { body: resource, form: 'undeclared' }
  if (resource.contentType !== 'application/json-patch+json' || typeof resource.data !== 'string')
    throw malformed('expected a Binary with contentType application/json-patch+json and data', 'resource')
  return { body: parseDocument(Buffer.from(resource.data, 'base64'), 'json'), form: 'json-patch' }
}

const putOf = (resource: JsonValue | undefined): JsonObject => {
  if (!isJsonObject(resource) || typeof resource.resourceType !== 'string' || typeof resource.id !== 'string')
    throw malformed('expected a resource with resourceType and id', 'resource')
  return { method: 'PUT', url: `${resource.resourceType}/${resource.id}` }
}

const targetOf = ({ kinds, publicUrl }: EntryDeps, url: string): Target => {
  const own = url.startsWith(`${publicUrl}/`) ? url.slice(publicUrl.length) : url
  const [, type = '', id, query = ''] = /^\/?(?:fhir\/)?(\w+)(?:\/([^/?#]+))?(?:\?([^#]*))?$/.exec(own) ?? []
  const kind = kinds.find((one) => one.type === type)
  if (kind === undefined) {
    const types = kinds.map((one) => one.type).join(', ')
    throw malformed(`expected User/<id>, User or User?<criteria>, of ${types}`, 'request.url')
  }
  return { kind, id, query: pairsOf(query) }
}

const pairsOf = (query: string): SearchParameters =>
  parsePairs(Buffer.from(query.slice(query.indexOf('?') + 1)).toString('latin1'))

const textOf = (request: JsonObject, name: string): string | undefined => {
  const value = request[name] ?? undefined
  if (value !== undefined && typeof value !== 'string') throw invalid('expected a string', `request.${name}`)
  return value
}
