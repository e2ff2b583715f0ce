import type { JsonObject } from '../kernel/json.ts'

/** One version of a document, as stored: without id, resourceType and meta, and without any secret. */
export interface StoredResource {
  readonly type: string
  readonly id: string
  /** Counts document transactions of the whole server. */
  readonly versionId: number
  readonly createdAt: Date
  readonly updatedAt: Date
  readonly body: JsonObject
  readonly isDeleted: boolean
}

export type WriteMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface ResourceVersion extends StoredResource {
  /** How this version came to be. */
  readonly method: WriteMethod
}

/** FHIR id (https://hl7.org/fhir/R4/datatypes.html#id), except the two that a URL cannot name (RFC 3986 §5.2.4). */
const RESOURCE_ID = /^(?!\.{1,2}$)[A-Za-z0-9\-.]{1,64}$/

/** Whether a text is an id as FHIR writes it, and one that a URL can name. */
export const isResourceId = (id: string): boolean => RESOURCE_ID.test(id)
