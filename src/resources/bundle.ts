import { formatInstant } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { SearchParameters } from './parse-search.ts'
import { entityTag } from './preconditions.ts'
import type { Base } from './present.ts'
import { present, withElements } from './present.ts'
import type { ResourceVersion } from './resource.ts'
import type { ResourceKind } from './resource-kind.ts'

export interface PageOfBundle {
  /** With base and type, `https://id.example/fhir/User`. */
  readonly url: string
  readonly parameters: SearchParameters
  readonly count: number
  readonly page: number
  readonly total: number | undefined
}

/** Bundle.link: first, self, next, previous and, where the total is known, last (FHIR R4 search.html#paging). */
export const bundleLinks = (page: PageOfBundle, entries: number): readonly JsonObject[] => {
  const lastPage =
    page.total === undefined || page.count === 0 ? undefined : Math.max(1, Math.ceil(page.total / page.count))
  const hasNext = page.count > 0 && (lastPage === undefined ? entries === page.count : page.page < lastPage)
  const link = (relation: string, number: number): JsonObject => {
    const parameters = new URLSearchParams(page.parameters.map(([name, value]) => [name, value]))
    parameters.set('_count', String(page.count))
    parameters.set('_page', String(number))
    return { relation, url: `${page.url}?${parameters}` }
  }
  return [
    link('first', 1),
    link('self', page.page),
    ...(hasNext ? [link('next', page.page + 1)] : []),
    ...(page.page > 1 ? [link('previous', page.page - 1)] : []),
    ...(lastPage === undefined ? [] : [link('last', lastPage)]),
  ]
}

/** A searchset (FHIR R4 bundle.html#searchset); `typeUrl` is base and type, what every fullUrl begins with. */
export const searchBundle = (
  page: PageOfBundle,
  typeUrl: string,
  documents: readonly JsonObject[],
  elements: readonly string[] | undefined,
): JsonObject => ({
  resourceType: 'Bundle',
  type: 'searchset',
  ...(page.total === undefined ? {} : { total: page.total }),
  link: bundleLinks(page, documents.length),
  entry: documents.map((document) => ({
    fullUrl: `${typeUrl}/${document.id}`,
    resource: withElements(document, elements),
    search: { mode: 'match' },
  })),
})

/** Newest first; a deletion has no resource, only its request, whose URL is the type as in Aidbox: `fullUrl` has the id. */
export const historyBundle = (
  page: PageOfBundle & { readonly total: number },
  typeUrl: string,
  kind: ResourceKind,
  base: Base,
  versions: readonly ResourceVersion[],
): JsonObject => ({
  resourceType: 'Bundle',
  type: 'history',
  total: page.total,
  link: bundleLinks(page, versions.length),
  entry: versions.map((version) => ({
    fullUrl: `${typeUrl}/${version.id}`,
    ...(version.isDeleted ? {} : { resource: present(kind, version, base) }),
    request: { method: version.method, url: kind.type },
    response: {
      status: version.method === 'POST' ? '201' : '200',
      etag: entityTag(version.versionId),
      lastModified: formatInstant(version.updatedAt),
    },
  })),
})
