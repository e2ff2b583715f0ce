import type { Caller } from '../http/caller.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { ResourceStore } from './resource.store.ts'
import type { StoredResource } from './resource.ts'
import type { ReadableKind } from './resource-kind.ts'

/** A resource that is put together from other tables: read, searched and perhaps ended, never written. */
export interface ResourceView {
  readonly kind: ReadableKind
  /** What else may be done at `/<Type>`, besides reading: its own routes come before these. */
  readonly otherMethods: readonly string[]
  readonly store: Pick<ResourceStore, 'find' | 'search'>
  /** Ends what the resource shows, and records who did; left out where nobody may. */
  end?(resource: StoredResource, caller: Caller, origin: RequestOrigin): Promise<void>
}
