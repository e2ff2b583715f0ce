import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { malformed, Problem } from '../kernel/problem.ts'
import type { Transact, TransactOutcome, WriteStep } from '../kernel/transact.ts'
import { DuplicateKeyError } from '../kernel/transact.ts'
import { createKeyedQueue } from './keyed-queue.ts'
import type {
  Change,
  ChangeResult,
  DeleteRequest,
  Located,
  PlanWriteDeps,
  WriteCriteria,
  WritePlan,
  WriteRequest,
  WriteResult,
} from './plan-write.ts'
import { createPlanWrite } from './plan-write.ts'
import type { ResourceWrite } from './resource.store.ts'
import type { StoredResource } from './resource.ts'

export interface WriteResourceDeps extends PlanWriteDeps {
  readonly transact: Transact
}

/** Throws what was thrown for a change, and may say which one it was. */
export type Blame = (error: unknown, index: number) => never

const rethrow: Blame = (error) => {
  throw error
}

/** Only other processes make a write start over; each round one of them gets through. */
const MOST_ATTEMPTS = 50

/** So many at most are deleted by one request. */
const MOST_REMOVED = 1000

export interface WriteResource {
  /**
   * Creates or replaces a document, with its secrets, history, keys and audit event in one transaction. What is identical
   * to the current version makes no new one. Concurrent writes each replace a whole document: they never mix.
   * With criteria it creates where nothing fits them, and otherwise updates the one that fits or (POST) leaves it as it
   * is; of any number of equal ones at once, in any number of processes, one creates. PATCH creates nothing.
   * @throws {Problem} invalid, duplicate, version-conflict, malformed, not-found and gone (PATCH of nothing)
   */
  write(request: WriteRequest): Promise<WriteResult>
  /**
   * The last version; undefined when there was nothing to delete.
   * @throws {Problem} version-conflict — several fit the criteria, or a precondition does not hold
   */
  remove(request: DeleteRequest): Promise<StoredResource | undefined>
  /**
   * All of it, in one transaction, or nothing. Each is decided by what there was before; none may be about the same
   * resource as another. They are written in the order given.
   */
  writeAll(changes: readonly Change[], blame: Blame): Promise<readonly ChangeResult[]>
  /** Deletes all that fit, in one transaction. @throws {Problem} version-conflict — too many */
  removeAll(request: DeleteRequest & { readonly criteria: WriteCriteria }): Promise<readonly StoredResource[]>
}

export const createWriteResource = (deps: WriteResourceDeps): WriteResource => {
  const inTurn = createKeyedQueue()
  const { locate, plan } = createPlanWrite(deps)

  const commitPlans = async (
    plans: readonly WritePlan[],
  ): Promise<readonly ChangeResult[] | 'start over'> => {
    const steps: WriteStep[] = []
    const versionSteps = plans.map(({ write, also }) => {
      const { steps: own, versionStep } =
        write === undefined ? { steps: [], versionStep: 0 } : deps.store.writeSteps(write)
      const at = steps.length + versionStep
      steps.push(...own, ...also)
      return at
    })
    const writes = plans.map(({ write }) => write).filter((write) => write !== undefined)
    const outcome =
      steps.length === 0
        ? ({ kind: 'committed', results: [] } as const)
        : await deps.transact(steps).catch(refusalOf(writes))
    if (outcome === undefined || outcome.kind === 'refused') return 'start over'
    return plans.map(({ write, resultOf }, index) => {
      if (write === undefined) return resultOf(undefined)
      const row = outcome.results[versionSteps[index] ?? 0]?.rows[0]
      return resultOf(versionOf(write, Number(row?.version_id)))
    })
  }

  const attempt = async (
    changes: readonly Change[],
    blame: Blame,
  ): Promise<readonly ChangeResult[] | 'start over'> => {
    const located: Located[] = []
    for (const [index, change] of changes.entries())
      located.push(await locate(change).catch((error: unknown) => blame(error, index)))
    requireDistinct(located)
    const refer = referrerOf(located)
    const plans: WritePlan[] = []
    for (const [index, one] of located.entries())
      plans.push(await plan(one, refer).catch((error: unknown) => blame(error, index)))
    return commitPlans(plans)
  }

  const untilDone = (
    name: string,
    changes: readonly Change[],
    blame: Blame = rethrow,
  ): Promise<readonly ChangeResult[]> =>
    inTurn(name, async () => {
      for (let round = 0; round < MOST_ATTEMPTS; round++) {
        const results = await attempt(changes, blame)
        if (results !== 'start over') return results
      }
      throw new Problem({
        kind: 'unavailable',
        retryAfterSeconds: 1,
        message: `${name} is being written by many at once; try again`,
      })
    })

  const nameOf = ({ kind, id, criteria }: Change): string =>
    `${kind.type}/${criteria === undefined ? id : '?'}`

  const change = async (one: Change): Promise<ChangeResult> => {
    const [result] = await untilDone(nameOf(one), [one])
    if (result === undefined) throw new Error('a change has a result')
    return result
  }

  return {
    write: async (request) => {
      const result = await change(request)
      if (result.outcome === 'deleted' || result.outcome === 'absent')
        throw new Error('only a deletion deletes')
      return result
    },
    remove: async (request) => {
      const result = await change({ ...request, method: 'DELETE' })
      return result.outcome === 'deleted' ? result.resource : undefined
    },
    writeAll: (changes, blame) => untilDone('the bundle', changes, blame),
    removeAll: async ({ criteria, ...request }) => {
      const { type } = request.kind
      const query = {
        conditions: criteria.conditions,
        sort: [],
        limit: MOST_REMOVED + 1,
        offset: 0,
        wantsTotal: false,
      }
      const { resources } = await deps.store.search(type, query)
      if (resources.length > MOST_REMOVED) {
        const message = `more than ${MOST_REMOVED} of ${type} fit the criteria; say more`
        throw new Problem({ kind: 'version-conflict', message })
      }
      const changes = resources.map(({ id }) => ({ ...request, id, method: 'DELETE' as const }))
      const results = await untilDone(`${type}/?`, changes)
      return results.flatMap((result) => (result.outcome === 'deleted' ? [result.resource] : []))
    },
  }
}

const versionOf = (write: ResourceWrite, versionId: number): StoredResource => {
  const { type, id, body, createdAt, at, method } = write
  return { type, id, versionId, createdAt, updatedAt: at, body, isDeleted: method === 'DELETE' }
}

/** Puts ids where a transaction refers to what it creates (FHIR R4 http.html#trules). */
const referrerOf = (located: readonly Located[]): ((attributes: JsonObject) => JsonObject) => {
  const references = new Map<string, JsonObject>()
  for (const { change, id } of located)
    if (change.placeholder !== undefined)
      references.set(change.placeholder, { reference: `${change.kind.type}/${id}` })
  if (references.size === 0) return (attributes) => attributes
  const refer = (value: JsonValue): JsonValue => {
    if (Array.isArray(value)) return value.map(refer)
    if (!isJsonObject(value)) return value
    const { reference, uri, ...others } = value
    const known = references.get(String(reference ?? uri))
    return known === undefined
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, refer(inner)]))
      : { ...others, ...known }
  }
  return (attributes) => refer(attributes) as JsonObject
}

/** FHIR R4 http.html#trules: the outcome must not depend on the order of entries. */
const requireDistinct = (located: readonly Located[]): void => {
  const names = new Set<string>()
  for (const { change, id } of located) {
    const name = `${change.kind.type}/${id}`
    if (names.has(name))
      throw malformed(`${name} is written twice; a transaction may write each resource once`)
    names.add(name)
  }
}

/** Somebody created the same id in between: look again. A unique key of another resource: the caller must choose another. */
const refusalOf =
  (writes: readonly ResourceWrite[]) =>
  (error: unknown): TransactOutcome | undefined => {
    if (!(error instanceof DuplicateKeyError)) throw error
    if (!error.constraint.startsWith('resource_key')) return undefined
    const names = writes.flatMap(({ keys }) => keys.filter((key) => key.isUnique).map(({ name }) => name))
    const types = [...new Set(writes.map(({ type }) => type))].join(' or ')
    const message = `another ${types} has this ${[...new Set(names)].join(' or ')} already; choose another`
    throw new Problem({ kind: 'duplicate', message }, { cause: error })
  }
