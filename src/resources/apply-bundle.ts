import { outcomeOf } from '../http/problem-as-operation-outcome.ts'
import { problemStatus } from '../http/problem-status.ts'
import { formatInstant } from '../kernel/clock.ts'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { malformed, Problem } from '../kernel/problem.ts'
import { searchBundle } from './bundle.ts'
import type { Entry, EntryContext, EntryDeps } from './bundle-entry.ts'
import { parseEntry } from './bundle-entry.ts'
import type { Change, ChangeResult } from './plan-write.ts'
import { entityTag } from './preconditions.ts'
import { presentAll } from './present.ts'
import type { ResourceStore } from './resource.store.ts'
import type { StoredResource } from './resource.ts'
import type { ResourceAction } from './resource-action.ts'
import type { ResourceKind } from './resource-kind.ts'
import type { WriteResource } from './write-resource.ts'

export interface ApplyBundleDeps extends EntryDeps {
  readonly store: ResourceStore
  readonly writer: WriteResource
}

export interface BundleContext extends EntryContext {
  /** @throws {Problem} forbidden */
  readonly authorize: (action: ResourceAction) => Promise<void>
}

/** More would hold up other writers for too long. */
const MOST_ENTRIES = 500

/** FHIR R4 http.html#trules: deletions first, reads last. */
const ORDER = ['DELETE', 'POST', 'PUT', 'PATCH']

/**
 * Does what the entries of a Bundle ask for: of a `transaction` all or nothing (a read that finds nothing is no failure),
 * of a `batch` and a `collection` each by
 * itself. Answers the Bundle of what became of each, in their order.
 * @throws {Problem} malformed — no such Bundle; of a transaction whatever its first bad entry throws, naming it
 */
export const applyBundle = async (
  deps: ApplyBundleDeps,
  context: BundleContext,
  bundle: JsonValue,
): Promise<JsonObject> => {
  if (!isJsonObject(bundle) || bundle.resourceType !== 'Bundle')
    throw malformed('expected a Bundle', 'resourceType')
  const { type, entry: entries = [] } = bundle
  if (type !== 'transaction' && type !== 'batch' && type !== 'collection')
    throw malformed('expected transaction, batch or collection', 'Bundle.type')
  if (!Array.isArray(entries)) throw malformed('expected an array', 'Bundle.entry')
  if (entries.length > MOST_ENTRIES)
    throw malformed(`expected at most ${MOST_ENTRIES} entries`, 'Bundle.entry')
  const parse = async (entry: JsonValue): Promise<Entry> => {
    const parsed = parseEntry(deps, context, entry, type === 'collection')
    const { kind, operation, id } = parsed
    await context.authorize({ operation, type: kind.type, ...(id === undefined ? {} : { id }) })
    return parsed
  }
  return type === 'transaction'
    ? answerOf('transaction-response', await transaction(deps, context, entries, parse))
    : answerOf('batch-response', await batch(deps, context, entries, parse))
}

/** Puts resources that name their type and id, all or nothing; answers them as they are stored. */
export const putResources = async (
  deps: ApplyBundleDeps,
  context: BundleContext,
  resources: readonly JsonValue[],
): Promise<readonly JsonValue[]> => {
  const entry = resources.map((resource) => {
    const { resourceType = '', id = '' } = isJsonObject(resource) ? resource : {}
    return { resource, request: { method: 'PUT', url: `${resourceType}/${id}` } }
  })
  const answer = await applyBundle(deps, context, { resourceType: 'Bundle', type: 'transaction', entry })
  return (answer.entry as readonly JsonObject[]).map(({ resource = null }) => resource)
}

type Parse = (entry: JsonValue) => Promise<Entry>

const transaction = async (
  deps: ApplyBundleDeps,
  context: BundleContext,
  entries: readonly JsonValue[],
  parse: Parse,
): Promise<readonly JsonObject[]> => {
  const parsed: Entry[] = []
  for (const [index, entry] of entries.entries())
    parsed.push(await parse(entry).catch((error: unknown) => blame(error, index)))
  const changes = parsed
    .flatMap((entry, index) => (entry.does === 'change' ? [{ index, change: entry.change }] : []))
    .sort((one, other) => ORDER.indexOf(one.change.method) - ORDER.indexOf(other.change.method))
  const results = await deps.writer.writeAll(
    changes.map(({ change }) => change),
    (error, position) => blame(error, changes[position]?.index ?? 0),
  )
  const resultOf = new Map(changes.map(({ index }, position) => [index, results[position]]))
  const answers: JsonObject[] = []
  for (const [index, entry] of parsed.entries()) {
    const answer =
      entry.does === 'change'
        ? changed(deps, context, entry.kind, must(resultOf.get(index)))
        : fetched(deps, context, entry).catch(failureOf)
    answers.push(await answer)
  }
  return answers
}

const batch = async (
  deps: ApplyBundleDeps,
  context: BundleContext,
  entries: readonly JsonValue[],
  parse: Parse,
): Promise<readonly JsonObject[]> => {
  const answers: JsonObject[] = []
  for (const one of entries) {
    try {
      const entry = await parse(one)
      answers.push(
        entry.does === 'change'
          ? await changed(deps, context, entry.kind, await changeOne(deps, entry.change))
          : await fetched(deps, context, entry),
      )
    } catch (error) {
      answers.push(failureOf(error))
    }
  }
  return answers
}

const failureOf = (error: unknown): JsonObject => {
  if (!(error instanceof Problem)) throw error
  return { response: { status: String(problemStatus(error.details)), outcome: outcomeOf(error) } }
}

const changeOne = async (deps: ApplyBundleDeps, change: Change): Promise<ChangeResult> => {
  const [result] = await deps.writer.writeAll([change], (error) => {
    throw error
  })
  return must(result)
}

const must = (result: ChangeResult | undefined): ChangeResult => {
  if (result === undefined) throw new Error('a change has a result')
  return result
}

const answerOf = (type: string, entry: readonly JsonObject[]): JsonObject => ({
  resourceType: 'Bundle',
  type,
  entry,
})

const changed = async (
  deps: ApplyBundleDeps,
  { base }: BundleContext,
  kind: ResourceKind,
  result: ChangeResult,
): Promise<JsonObject> => {
  if (result.outcome === 'absent') return { response: { status: '204' } }
  const { resource } = result
  const url = urlOf(deps, base, resource)
  const [document = {}] = await presentAll(kind, [resource], base)
  return {
    fullUrl: url,
    resource: document,
    response: {
      status: result.outcome === 'created' ? '201' : '200',
      ...(result.outcome === 'created' ? { location: `${url}/_history/${resource.versionId}` } : {}),
      ...versionOf(resource),
    },
  }
}

const fetched = async (
  deps: ApplyBundleDeps,
  { base }: BundleContext,
  entry: Exclude<Entry, { does: 'change' }>,
): Promise<JsonObject> => {
  const { kind } = entry
  if (entry.does === 'search') {
    const { parameters, search } = entry
    const { query, elements, count, page } = search
    const { total, resources } = await deps.store.search(kind.type, query)
    const url = `${deps.publicUrl}${base === 'fhir' ? '/fhir' : ''}/${kind.type}`
    const documents = await presentAll(kind, resources, base)
    const resource = searchBundle({ url, parameters, count, page, total }, url, documents, elements)
    return { resource, response: { status: '200' } }
  }
  const resource = await deps.store.find(kind.type, entry.id)
  const name = `Resource ${kind.type}/${entry.id}`
  if (resource === undefined) throw new Problem({ kind: 'not-found', message: `${name} not found` })
  if (resource.isDeleted) throw new Problem({ kind: 'gone', message: `${name} was deleted` })
  const [document = {}] = await presentAll(kind, [resource], base)
  return {
    fullUrl: urlOf(deps, base, resource),
    resource: document,
    response: { status: '200', ...versionOf(resource) },
  }
}

const urlOf = ({ publicUrl }: ApplyBundleDeps, base: string, { type, id }: StoredResource): string =>
  `${publicUrl}${base === 'fhir' ? '/fhir' : ''}/${type}/${id}`

const versionOf = ({ versionId, updatedAt }: StoredResource): JsonObject => ({
  etag: entityTag(versionId),
  lastModified: formatInstant(updatedAt),
})

/** Says which entry it was. */
const blame = (error: unknown, index: number): never => {
  if (!(error instanceof Problem)) throw error
  const { details } = error
  const place = `Bundle.entry[${index}]`
  const cause = { cause: error }
  switch (details.kind) {
    case 'malformed':
    case 'invalid': {
      const issues = details.issues.map(({ path, message }) => ({
        path: path === undefined ? place : `${place}.${path}`,
        message,
      }))
      throw new Problem({ kind: details.kind, issues }, cause)
    }
    case 'duplicate':
    case 'version-conflict':
    case 'not-found':
    case 'gone':
      throw new Problem({ kind: details.kind, message: `${place}: ${details.message}` }, cause)
    default:
      throw error
  }
}
