import type { AuditEvent } from '../audit/audit-event.ts'
import type { AuditLog } from '../audit/audit-log.store.ts'
import type { Caller } from '../http/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'
import { equalJson } from '../kernel/json.ts'
import { malformed, Problem } from '../kernel/problem.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { Preconditions } from './preconditions.ts'
import { checkPreconditions } from './preconditions.ts'
import type { ResourceStore, ResourceWrite } from './resource.store.ts'
import type { StoredResource, WriteMethod } from './resource.ts'
import { actorOf } from './resource-action.ts'
import type { ResourceKind } from './resource-kind.ts'
import type { SearchCondition } from './search-query.ts'
import { validate } from './validate.ts'

export interface PlanWriteDeps {
  readonly store: ResourceStore
  readonly auditLog: AuditLog
  readonly clock: Clock
}

export interface DeleteRequest {
  readonly kind: ResourceKind
  /** Of a conditional write: the id of what it creates. */
  readonly id: string
  readonly preconditions: Preconditions
  readonly caller: Caller
  /** Undefined for what the server itself writes at its first start. */
  readonly origin: RequestOrigin | undefined
  /** What other resources of the same transaction call it until it has an id: `urn:uuid:…`. */
  readonly placeholder?: string
  /** Makes the write conditional. */
  readonly criteria?: WriteCriteria
}

export interface WriteRequest extends DeleteRequest {
  readonly method: Exclude<WriteMethod, 'DELETE'>
  /** The version that the sent document says it was read at (`meta.versionId`). */
  readonly versionRead?: string
  /** The new attributes, given the current version; called again when somebody else wrote in between. */
  attributes(current: StoredResource | undefined): Promise<JsonObject>
}

/** One write of a transaction. */
export type Change = WriteRequest | (DeleteRequest & { readonly method: 'DELETE' })

/** Names the resource of a write by what it is like (FHIR R4 http.html#ccreate, #cond-update, #3.1.0.7.1). */
export interface WriteCriteria {
  readonly conditions: readonly SearchCondition[]
  /** The id in the body; an update must not find another one. */
  readonly expectedId: string | undefined
}

export interface WriteResult {
  readonly outcome: 'created' | 'updated' | 'unchanged'
  readonly resource: StoredResource
}

/** `absent`: there was nothing to delete. */
export type ChangeResult =
  | WriteResult
  | { readonly outcome: 'deleted'; readonly resource: StoredResource }
  | { readonly outcome: 'absent' }

/** Which resource a change is about, as it is now. */
export interface Located {
  readonly change: Change
  readonly id: string
  /** Also a deleted one. */
  readonly stored: StoredResource | undefined
  readonly isFoundByCriteria: boolean
}

export interface WritePlan {
  /** Undefined where the document stays as it is. */
  readonly write: ResourceWrite | undefined
  /** Committed with it, or without a write alone. */
  readonly also: readonly WriteStep[]
  /** Given the version that the write made. */
  resultOf(made: StoredResource | undefined): ChangeResult
}

/** What a write does, before it does it: a plan holds as long as the version it replaces. */
export const createPlanWrite = (deps: PlanWriteDeps) => {
  const findByCriteria = async (
    { type }: ResourceKind,
    { conditions }: WriteCriteria,
  ): Promise<StoredResource | undefined> => {
    const query = { conditions, sort: [], limit: 2, offset: 0, wantsTotal: false }
    const [found, another] = (await deps.store.search(type, query)).resources
    if (another === undefined) return found
    const message = `more than one ${type} fits the criteria; say more, or name it in the path`
    throw new Problem({ kind: 'version-conflict', message })
  }

  const planRemoval = ({ change, id, stored }: Located): WritePlan => {
    const { kind } = change
    if (stored === undefined || stored.isDeleted)
      return { write: undefined, also: [], resultOf: () => ({ outcome: 'absent' }) }
    const at = deps.clock.now()
    return {
      write: {
        type: kind.type,
        id,
        body: stored.body,
        method: 'DELETE',
        at,
        createdAt: stored.createdAt,
        replaces: stored.versionId,
        keys: [],
      },
      also: [
        ...kind.deleteSteps(id, at),
        ...audited(kind, deps.auditLog.step(auditEvent(change, id, 'resource-delete', stored, []))),
      ],
      resultOf: (made) => ({ outcome: 'deleted', resource: made ?? stored }),
    }
  }

  return {
    /** @throws {Problem} version-conflict — several fit, or a precondition does not hold */
    locate: async (change: Change): Promise<Located> => {
      const { kind, criteria, method } = change
      const found = criteria === undefined ? undefined : await findByCriteria(kind, criteria)
      const mustFind = criteria !== undefined && (method === 'PATCH' || method === 'DELETE')
      const id = found?.id ?? change.id
      const stored = found ?? (mustFind ? undefined : await deps.store.find(kind.type, id))
      if (method === 'PATCH') requireExisting(kind.type, id, stored, criteria)
      const mustCreate = found === undefined && (method === 'POST' || (criteria !== undefined && !mustFind))
      if (mustCreate && stored?.isDeleted === false) throw alreadyExists(kind.type, id)
      checkPreconditions(change.preconditions, stored)
      if (found !== undefined && method !== 'POST' && (criteria?.expectedId ?? id) !== id)
        throw malformed(`the criteria fit ${kind.type}/${id}, another one than the body names`, 'id')
      return { change, id, stored, isFoundByCriteria: found !== undefined }
    },

    /**
     * @param refer changes the attributes before they are looked at, as the transaction knows more than the request
     * @throws {Problem} invalid, malformed
     */
    plan: async (located: Located, refer = (given: JsonObject) => given): Promise<WritePlan> => {
      const { change, id, stored, isFoundByCriteria } = located
      if (change.method === 'DELETE') return planRemoval(located)
      const { kind, method, criteria, caller } = change
      const current = stored?.isDeleted === false ? stored : undefined
      if (isFoundByCriteria && method === 'POST' && current !== undefined) return unchanged(current, [])
      const input = validate(kind, refer(await change.attributes(current)))
      const at = deps.clock.now()
      const prepared = await kind.prepareWrite(input, {
        id,
        current,
        isStale:
          change.versionRead !== undefined &&
          current !== undefined &&
          change.versionRead !== String(current.versionId),
        sessionId: ownSessionOf(caller),
        userId: caller.kind === 'user' ? caller.userId : undefined,
        at,
      })
      const events = (prepared.events ?? []).map((also) =>
        deps.auditLog.step({ ...auditEvent(change, id, also.event, stored, []), ...also }),
      )
      if (current !== undefined && prepared.steps.length === 0 && equalJson(current.body, prepared.document))
        return unchanged(current, events)
      const event = current === undefined ? 'resource-create' : 'resource-update'
      const changed = [...changedNames(current?.body, prepared.document), ...prepared.changedSecrets]
      return {
        write: {
          type: kind.type,
          id,
          body: prepared.document,
          method,
          at,
          createdAt: current?.createdAt ?? at,
          replaces: stored?.versionId,
          keys: kind.lookupKeys(id, prepared.document),
          ...(criteria === undefined ? {} : { onlyMatchOf: criteria.conditions }),
        },
        also: [
          ...prepared.steps,
          ...audited(kind, deps.auditLog.step(auditEvent(change, id, event, stored, changed))),
          ...events,
        ],
        resultOf: (made) => {
          if (made === undefined) throw new Error('a write makes a version')
          return { outcome: current === undefined ? 'created' : 'updated', resource: made }
        },
      }
    },
  }
}

const unchanged = (resource: StoredResource, also: readonly WriteStep[]): WritePlan => ({
  write: undefined,
  also,
  resultOf: () => ({ outcome: 'unchanged', resource }),
})

const requireExisting = (
  type: string,
  id: string,
  stored: StoredResource | undefined,
  criteria: WriteCriteria | undefined,
): void => {
  if (stored?.isDeleted === true)
    throw new Problem({ kind: 'gone', message: `Resource ${type}/${id} was deleted` })
  if (stored !== undefined) return
  const message = criteria === undefined ? `Resource ${type}/${id} not found` : `no ${type} fits the criteria`
  throw new Problem({ kind: 'not-found', message })
}

const alreadyExists = (type: string, id: string): Problem =>
  new Problem({ kind: 'duplicate', message: `${type}/${id} exists already; use PUT to replace it` })

const audited = (kind: ResourceKind, step: WriteStep): readonly WriteStep[] =>
  kind.isUnaudited === true ? [] : [step]

const ownSessionOf = (caller: Caller): string | undefined =>
  caller.kind === 'user' && caller.via === 'cookie' ? caller.sessionId : undefined

const auditEvent = (
  { kind, caller, origin }: DeleteRequest,
  id: string,
  event: AuditEvent['event'],
  replaced: StoredResource | undefined,
  changed: readonly string[],
): AuditEvent => {
  const actor = actorOf(caller)
  return {
    event,
    outcome: 'success',
    ...(actor === undefined ? {} : { actor }),
    ...(origin === undefined ? {} : { origin }),
    detail: {
      resource: `${kind.type}/${id}`,
      ...(replaced === undefined ? {} : { replaces: replaced.versionId }),
      ...(changed.length === 0 ? {} : { changed }),
    },
  }
}

/** Names only: values may be personal. */
const changedNames = (before: JsonObject = {}, after: JsonObject): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !equalJson(before[name], after[name]),
  )
