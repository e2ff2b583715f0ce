import type { JsonObject } from '../kernel/json.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { ResourceVersion, StoredResource, WriteMethod } from './resource.ts'
import type { LookupKey } from './resource-kind.ts'
import type { SearchCondition, SearchQuery } from './search-query.ts'

export interface ResourceWrite {
  readonly type: string
  readonly id: string
  readonly body: JsonObject
  readonly method: WriteMethod
  readonly at: Date
  readonly createdAt: Date
  /** The version this write replaces, a deleted one included; undefined when the id was never used. */
  readonly replaces: number | undefined
  /** The complete new set; none for a deletion. */
  readonly keys: readonly LookupKey[]
  /** Where given, no other resource of the type may fit them all when the write is committed. */
  readonly onlyMatchOf?: readonly SearchCondition[]
}

export interface ResourcePage {
  readonly total: number | undefined
  readonly resources: readonly StoredResource[]
}

export interface HistoryQuery {
  readonly limit: number
  readonly offset: number
  /** Only versions written at or after this instant. */
  readonly since?: Date
  /** Only versions that were current at some time of it, in milliseconds. */
  readonly during?: { readonly from: number; readonly until: number }
  readonly versionId?: number
}

export interface HistoryPage {
  readonly total: number
  readonly versions: readonly ResourceVersion[]
}

export interface ResourceStore {
  /** The current version, also of a deleted resource. */
  find(type: string, id: string): Promise<StoredResource | undefined>
  findVersion(type: string, id: string, versionId: number): Promise<ResourceVersion | undefined>
  /** Newest first; of one resource, or of the whole type when `id` is undefined. */
  history(type: string, id: string | undefined, query: HistoryQuery): Promise<HistoryPage>
  /** Never finds deleted resources. `total` is left out when the query does not ask for it. */
  search(type: string, query: SearchQuery): Promise<ResourcePage>
  /**
   * The steps of one write: it takes the next versionId and is refused when the resource is not at `replaces` any more,
   * or when another one fits `onlyMatchOf`: all writes of documents come one after the other. Creating an id that exists, or a unique key that another resource has, is a {@link DuplicateKeyError}.
   */
  writeSteps(write: ResourceWrite): ResourceWriteSteps
  /**
   * Makes a new version of the document as it is: what a read shows beside it changed, and whoever read it before must be
   * able to tell. Nothing where there is none. These steps come first in their transaction, as those of a write do.
   */
  touchSteps(type: string, id: string, at: Date): readonly WriteStep[]
}

export interface ResourceWriteSteps {
  readonly steps: readonly WriteStep[]
  /** Which of the steps returns the row; its `version_id` is the new versionId. */
  readonly versionStep: number
}
