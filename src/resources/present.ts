import { formatInstant } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'
import { withFhirReferences } from './reference.ts'
import type { StoredResource } from './resource.ts'
import type { ReadableKind } from './resource-kind.ts'

/** Which base the request came by: `/User` or `/fhir/User`. */
export type Base = 'plain' | 'fhir'

const CREATED_AT_URL = 'ex:createdAt'

/** A resource as it goes out: `meta` and references look as the base wants them. */
export const present = (
  kind: ReadableKind,
  resource: StoredResource,
  base: Base,
  projected: JsonObject = {},
): JsonObject => {
  const attributes = { ...resource.body, ...projected }
  return {
    resourceType: resource.type,
    id: resource.id,
    meta: metaOf(resource, base),
    ...(base === 'fhir' ? withFhirReferences(attributes, kind.referencePaths) : attributes),
  }
}

const metaOf = ({ versionId, updatedAt, createdAt }: StoredResource, base: Base): JsonObject => {
  const meta = { versionId: String(versionId), lastUpdated: formatInstant(updatedAt) }
  const created = formatInstant(createdAt)
  return base === 'fhir'
    ? { ...meta, extension: [{ url: CREATED_AT_URL, valueInstant: created }] }
    : { ...meta, createdAt: created }
}

/** What is only ours to say is taken off what came in. */
export const attributesOf = (resource: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => !SERVER_SET.has(name)))

const SERVER_SET = new Set(['resourceType', 'id', 'meta', '_source'])

/** Adds the attributes that are computed at read time. */
export const presentAll = async (
  kind: ReadableKind,
  resources: readonly StoredResource[],
  base: Base,
): Promise<readonly JsonObject[]> => {
  const projected = await kind.project?.(resources.map(({ id }) => id))
  return resources.map((resource) => present(kind, resource, base, projected?.get(resource.id)))
}

/** Keeps the listed top-level attributes, or drops those written with a minus; the identity always stays. */
export const withElements = (resource: JsonObject, elements: readonly string[] | undefined): JsonObject => {
  if (elements === undefined) return resource
  const dropped = elements.filter((name) => name.startsWith('-')).map((name) => name.slice(1))
  const kept = elements.filter((name) => !name.startsWith('-'))
  return Object.fromEntries(
    Object.entries(resource).filter(
      ([name]) =>
        IDENTITY.has(name) || (!dropped.includes(name) && (kept.length === 0 || kept.includes(name))),
    ),
  )
}

const IDENTITY = new Set(['resourceType', 'id', 'meta'])
