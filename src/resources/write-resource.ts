import type { AuditEvent } from '../audit/audit-event.ts'
import type { AuditLog } from '../audit/audit-log.store.ts'
import type { Caller } from '../http/caller.ts'
import type { Clock } from '../kernel/clock.ts'
import type { JsonObject } from '../kernel/json.ts'
import { equalJson } from '../kernel/json.ts'
import { malformed, Problem } from '../kernel/problem.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { Transact, TransactOutcome, WriteStep } from '../kernel/transact.ts'
import { commit, DuplicateKeyError } from '../kernel/transact.ts'
import { createKeyedQueue } from './keyed-queue.ts'
import type { Preconditions } from './preconditions.ts'
import { checkPreconditions } from './preconditions.ts'
import type { ResourceStore, ResourceWrite } from './resource.store.ts'
import type { StoredResource, WriteMethod } from './resource.ts'
import { actorOf } from './resource-action.ts'
import type { ResourceKind } from './resource-kind.ts'
import type { SearchCondition } from './search-query.ts'
import { validate } from './validate.ts'

export interface WriteResourceDeps {
  readonly store: ResourceStore
  readonly transact: Transact
  readonly auditLog: AuditLog
  readonly clock: Clock
}

export interface WriteRequest {
  readonly kind: ResourceKind
  /** Of a conditional write: the id of what it creates. */
  readonly id: string
  readonly method: Exclude<WriteMethod, 'DELETE'>
  readonly preconditions: Preconditions
  readonly caller: Caller
  /** Undefined for what the server itself writes at its first start. */
  readonly origin: RequestOrigin | undefined
  /** Makes the write conditional. */
  readonly criteria?: WriteCriteria
  /** The new attributes, given the current version; called again when somebody else wrote in between. */
  attributes(current: StoredResource | undefined): Promise<JsonObject>
}

/** Names the resource of a write by what it is like (FHIR R4 http.html#ccreate, #cond-update). */
export interface WriteCriteria {
  readonly conditions: readonly SearchCondition[]
  /** The id in the body; an update must not find another one. */
  readonly expectedId: string | undefined
}

export interface WriteResult {
  readonly outcome: 'created' | 'updated' | 'unchanged'
  readonly resource: StoredResource
}

export type DeleteRequest = Omit<WriteRequest, 'method' | 'attributes' | 'criteria'>

/** Only other processes make a write start over; each round one of them gets through. */
const MOST_ATTEMPTS = 50

export interface WriteResource {
  /**
   * Creates or replaces a document, with its secrets, history, keys and audit event in one transaction. What is identical
   * to the current version makes no new one. Concurrent writes each replace a whole document: they never mix.
   * With criteria it creates where nothing fits them, and otherwise updates the one that fits or (POST) leaves it as it
   * is; of any number of equal ones at once, in any number of processes, one creates.
   * @throws {Problem} invalid, duplicate, version-conflict, malformed, not-found and gone (PATCH of nothing)
   */
  write(request: WriteRequest): Promise<WriteResult>
  /** The last version; undefined when there was nothing to delete. @throws {Problem} version-conflict */
  remove(request: DeleteRequest): Promise<StoredResource | undefined>
}

export const createWriteResource = (deps: WriteResourceDeps): WriteResource => {
  const inTurn = createKeyedQueue()

  const commitVersion = async (
    write: ResourceWrite,
    also: readonly WriteStep[],
  ): Promise<StoredResource | 'start over'> => {
    const { steps, versionStep } = deps.store.writeSteps(write)
    const outcome = await deps.transact([...steps, ...also]).catch(refusalOf(write))
    if (outcome === undefined || outcome.kind === 'refused') return 'start over'
    const versionId = Number(outcome.results[versionStep]?.rows[0]?.version_id)
    const { type, id, body, createdAt, at, method } = write
    return { type, id, versionId, createdAt, updatedAt: at, body, isDeleted: method === 'DELETE' }
  }

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

  const attempt = async (given: WriteRequest): Promise<WriteResult | 'start over'> => {
    const { kind, method, criteria } = given
    const found = criteria === undefined ? undefined : await findByCriteria(kind, criteria)
    const request = { ...given, id: found?.id ?? given.id }
    const { id } = request
    const stored = found ?? (await deps.store.find(kind.type, id))
    const current = stored?.isDeleted === false ? stored : undefined
    if (method === 'PATCH') requireExisting(kind.type, id, stored)
    const mustCreate = found === undefined && (method === 'POST' || criteria !== undefined)
    if (mustCreate && current !== undefined) throw alreadyExists(kind.type, id)
    checkPreconditions(request.preconditions, stored)
    if (found !== undefined && method === 'POST') return { outcome: 'unchanged', resource: found }
    if (found !== undefined && (criteria?.expectedId ?? id) !== id)
      throw malformed(`the criteria fit ${kind.type}/${id}, another one than the body names`, 'id')
    const input = validate(kind, await request.attributes(current))
    const at = deps.clock.now()
    const prepared = await kind.prepareWrite(input, {
      id,
      current,
      sessionId: ownSessionOf(request.caller),
      at,
    })
    const isUnchanged =
      current !== undefined && prepared.steps.length === 0 && equalJson(current.body, prepared.document)
    const alsoSteps = (prepared.events ?? []).map((also) =>
      deps.auditLog.step({ ...auditEvent(request, also.event, stored, []), ...also }),
    )
    if (isUnchanged) {
      if (alsoSteps.length > 0) await commit(deps.transact, alsoSteps)
      return { outcome: 'unchanged', resource: current }
    }

    const event = current === undefined ? 'resource-create' : 'resource-update'
    const changed = [...changedNames(current?.body, prepared.document), ...prepared.changedSecrets]
    const resource = await commitVersion(
      {
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
      [...prepared.steps, deps.auditLog.step(auditEvent(request, event, stored, changed)), ...alsoSteps],
    )
    if (resource === 'start over') return resource
    return { outcome: current === undefined ? 'created' : 'updated', resource }
  }

  const attemptRemoval = async (
    request: DeleteRequest,
  ): Promise<{ readonly deleted: StoredResource | undefined } | 'start over'> => {
    const { kind, id } = request
    const stored = await deps.store.find(kind.type, id)
    checkPreconditions(request.preconditions, stored)
    if (stored === undefined || stored.isDeleted) return { deleted: undefined }
    const at = deps.clock.now()
    const resource = await commitVersion(
      {
        type: kind.type,
        id,
        body: stored.body,
        method: 'DELETE',
        at,
        createdAt: stored.createdAt,
        replaces: stored.versionId,
        keys: [],
      },
      [...kind.deleteSteps(id, at), deps.auditLog.step(auditEvent(request, 'resource-delete', stored, []))],
    )
    return resource === 'start over' ? resource : { deleted: resource }
  }

  const untilDone = <Result>(name: string, run: () => Promise<Result | 'start over'>): Promise<Result> =>
    inTurn(name, async () => {
      for (let round = 0; round < MOST_ATTEMPTS; round++) {
        const result = await run()
        if (result !== 'start over') return result
      }
      throw new Problem({
        kind: 'unavailable',
        retryAfterSeconds: 1,
        message: `${name} is being written by many at once; try again`,
      })
    })

  return {
    write: (request) => {
      const { kind, id, criteria } = request
      return untilDone(`${kind.type}/${criteria === undefined ? id : '?'}`, () => attempt(request))
    },
    remove: async (request) => {
      const { kind, id } = request
      return (await untilDone(`${kind.type}/${id}`, () => attemptRemoval(request))).deleted
    },
  }
}

/** Somebody created the same id in between: look again. A unique key of another resource: the caller must choose another. */
const refusalOf =
  (write: ResourceWrite) =>
  (error: unknown): TransactOutcome | undefined => {
    if (!(error instanceof DuplicateKeyError)) throw error
    if (!error.constraint.startsWith('resource_key')) return undefined
    const names = write.keys.filter((key) => key.isUnique).map((key) => key.name)
    const message = `another ${write.type} has this ${[...new Set(names)].join(' or ')} already; choose another`
    throw new Problem({ kind: 'duplicate', message }, { cause: error })
  }

const requireExisting = (type: string, id: string, stored: StoredResource | undefined): void => {
  if (stored === undefined)
    throw new Problem({ kind: 'not-found', message: `Resource ${type}/${id} not found` })
  if (stored.isDeleted) throw new Problem({ kind: 'gone', message: `Resource ${type}/${id} was deleted` })
}

const alreadyExists = (type: string, id: string): Problem =>
  new Problem({ kind: 'duplicate', message: `${type}/${id} exists already; use PUT to replace it` })

const ownSessionOf = (caller: Caller): string | undefined =>
  caller.kind === 'user' && caller.via === 'cookie' ? caller.sessionId : undefined

const auditEvent = (
  { kind, id, caller, origin }: DeleteRequest,
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
