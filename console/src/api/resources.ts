import type { Json, JsonObject } from './server.ts'
import { ask, askWithHeaders } from './server.ts'

/** A resource as it was read: what is saved over it is refused where somebody else saved meanwhile. */
export interface Stored {
  readonly document: JsonObject
  readonly etag: string | undefined
}

export interface Found {
  readonly resources: readonly JsonObject[]
  readonly total: number | undefined
}

/** Of several values of one parameter all must hold. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

export const resourcePath = (type: string, id: string): string => `/${type}/${encodeURIComponent(id)}`

/** The address of a search; what is empty or undefined is left out. */
export const searchPath = (type: string, query: Query): string => {
  const parameters = new URLSearchParams()
  for (const [name, given] of Object.entries(query))
    for (const value of [given ?? []].flat()) if (value !== '') parameters.append(name, value)
  return parameters.size === 0 ? `/${type}` : `/${type}?${parameters}`
}

/** @throws {ServerError} */
export const search = async (type: string, query: Query, signal?: AbortSignal): Promise<Found> => {
  const bundle = await ask('GET', searchPath(type, query), undefined, signal)
  const entries = Array.isArray(bundle.entry) ? (bundle.entry as readonly JsonObject[]) : []
  return {
    resources: entries.map(({ resource }) => resource as JsonObject),
    total: typeof bundle.total === 'number' ? bundle.total : undefined,
  }
}

/** @throws {ServerError} 404 where there is none */
export const read = async (type: string, id: string, signal?: AbortSignal): Promise<Stored> => {
  const { document, etag } = await askWithHeaders('GET', resourcePath(type, id), { signal })
  return { document, etag }
}

/** Creates where `etag` is undefined, and nothing may be there yet. @throws {ServerError} 412 where it changed meanwhile */
export const save = async (
  type: string,
  id: string,
  document: JsonObject,
  etag: string | undefined,
): Promise<Stored> => {
  const headers: Record<string, string> = etag === undefined ? { 'if-none-match': '*' } : { 'if-match': etag }
  return askWithHeaders('PUT', resourcePath(type, id), { body: document, headers })
}

/** @throws {ServerError} */
export const remove = (type: string, id: string): Promise<Json> => ask('DELETE', resourcePath(type, id))
