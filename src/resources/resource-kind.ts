import type { z } from 'zod'
import type { AuditEvent } from '../audit/audit-event.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { StoredResource } from './resource.ts'

/** A value by which documents are found through one index; in the same transaction as the document. */
export interface LookupKey {
  readonly name: string
  readonly value: string
  /** No second resource of the kind may have the same name and value. */
  readonly isUnique: boolean
}

/** A path into a document; arrays are entered only by index. */
export type AttributePath = readonly string[]

export interface SearchParameter {
  readonly type: 'string' | 'token' | 'reference'
  readonly paths: readonly AttributePath[]
  /** Names of lookup keys to search as well: for values inside arrays. */
  readonly keys?: readonly string[]
}

export interface WriteContext {
  readonly id: string
  /** What is stored and not deleted, without secrets; undefined when the write creates. */
  readonly current: StoredResource | undefined
  /** The sent document says that it was read at another version than the current one. */
  readonly isStale: boolean
  /** The caller's own browser session, where it has one. */
  readonly sessionId: string | undefined
  /** The user who writes; undefined where a client does, or the server. */
  readonly userId: string | undefined
  readonly at: Date
}

export interface PreparedWrite {
  /** What is stored and shown: no secret in it. */
  readonly document: JsonObject
  /** Writes to the tables of secrets, ended sessions …; committed with the document or not at all. */
  readonly steps: readonly WriteStep[]
  /** Names of attributes that the steps change and the document does not show. */
  readonly changedSecrets: readonly string[]
  /** What else the audit log must tell. */
  readonly events?: readonly Pick<AuditEvent, 'event' | 'userId' | 'factor' | 'reason'>[]
}

/** What of a kind reading and searching need. */
export interface ReadableKind {
  readonly type: string
  readonly searchParameters: Readonly<Record<string, SearchParameter>>
  /** Attributes that are not in the document: a search by them is refused instead of finding nothing. */
  readonly unsearchable: readonly string[]
  /** Where references are, arrays passed over: `['link', 'link']`. */
  readonly referencePaths: readonly AttributePath[]
  /**
   * Attributes added at read time, by id. They may change without a new version, but once a resource has some, it has
   * some until it is deleted: reads without any can be answered by their version (304).
   */
  project?(ids: readonly string[]): Promise<ReadonlyMap<string, JsonObject>>
}

/**
 * One type of resource: the machine knows no particular one. Schemas are strict, and whatever a schema lets through is
 * what `prepareWrite` gets.
 */
export interface ResourceKind<Input = unknown> extends ReadableKind {
  readonly schema: z.ZodType<Input>
  /** Attributes whose `null` has a meaning (remove the secret); all other nulls are as good as left out. */
  readonly writeOnly: readonly string[]
  /** Writes change nothing but what the console remembers, so the audit log is not told. */
  readonly isUnaudited?: true
  lookupKeys(id: string, document: JsonObject): readonly LookupKey[]
  /** @throws {Problem} invalid — what the schema cannot know */
  prepareWrite(input: Input, context: WriteContext): Promise<PreparedWrite>
  /** Forgets the secrets, ends what lives by the resource. */
  deleteSteps(id: string, at: Date): readonly WriteStep[]
}
