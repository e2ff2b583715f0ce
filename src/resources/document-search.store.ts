import type { ResourcePage } from './resource.store.ts'
import type { StoredResource } from './resource.ts'
import type { SearchQuery } from './search-query.ts'

/** Finds documents that are put together from other tables, by the same rules as stored ones. */
export interface DocumentSearch<Source> {
  find(source: Source, id: string): Promise<StoredResource | undefined>
  search(source: Source, type: string, query: SearchQuery): Promise<ResourcePage>
}
