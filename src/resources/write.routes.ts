import type { Context } from 'hono'
import { Hono } from 'hono'
import { putHeader } from '../http/answer-headers.ts'
import type { AppEnv } from '../http/app-env.ts'
import { parsePairs, readQuery, readQueryPairs } from '../http/form.ts'
import { responseFormat } from '../http/negotiate.ts'
import { answerEmpty } from '../http/respond.ts'
import type { JsonValue } from '../kernel/json.ts'
import { malformed } from '../kernel/problem.ts'
import { newId } from '../kernel/secret-token.ts'
import { patcher } from './patch-resource.ts'
import type { WriteResult } from './plan-write.ts'
import type { Preconditions } from './preconditions.ts'
import { entityTag, parseEntityTags } from './preconditions.ts'
import { present, presentAll } from './present.ts'
import type { StoredResource } from './resource.ts'
import type { ResourceKind } from './resource-kind.ts'
import type { Mount, ResourceRoutesDeps } from './resource-routes-deps.ts'
import { authorize } from './resource-routes-deps.ts'
import { readDocument, respondDocument, setVersionHeaders } from './respond-resource.ts'
import type { SearchCondition } from './search-query.ts'
import { criteriaOf, givenId, parseCriteria, requireId, resourceBody, versionReadOf } from './write-body.ts'

/** `POST /<Type>`, and `PUT`, `PATCH`, `DELETE` of `/<Type>/<id>`. */
export const writeRoutes = (deps: ResourceRoutesDeps, mount: Mount): Hono<AppEnv> => {
  const { kind, base, path } = mount
  const routes = new Hono<AppEnv>()

  const respond = async (c: Context<AppEnv>, { outcome, resource }: WriteResult): Promise<Response> => {
    const [document = {}] = await presentAll(kind, [resource], base)
    setVersionHeaders(c, resource)
    if (outcome === 'created')
      putHeader(c, 'Location', `${deps.publicUrl}${path}/${resource.id}/_history/${resource.versionId}`)
    return respondDocument(c, responseFormat(c), document, outcome === 'created' ? 201 : 200)
  }

  const respondDeleted = (c: Context<AppEnv>, deleted: StoredResource | undefined): Response => {
    if (deleted === undefined || readQuery(c).get('_no-content') === 'true') return answerEmpty(c, 204)
    putHeader(c, 'ETag', entityTag(deleted.versionId))
    return respondDocument(c, responseFormat(c), present(kind, deleted, base))
  }

  /** What every write needs to know before its body is read. */
  const begin = async (
    c: Context<AppEnv>,
    operation: 'create' | 'update' | 'patch' | 'delete',
    id?: string,
  ) => {
    const caller = await authorize(deps, c, mount, operation, id)
    responseFormat(c)
    const conditions = readConditions(c, kind)
    if (conditions.length > 0 && id !== undefined)
      throw malformed(
        'a write of a resource named in the path has no criteria; leave out the one or the other',
      )
    const request = { kind, caller, origin: c.env.origin, preconditions: preconditionsOf(c) }
    /** A body may take half a minute to arrive; whoever lost the right meanwhile must not write it. */
    const readBody = async () => {
      const document = await readDocument(c)
      // NOTE: a body that got lost on its way must not read as a document without attributes.
      if (document.body === null)
        throw malformed('the body is empty; for a document without attributes send {}')
      await authorize(deps, c, mount, operation, id)
      return document
    }
    return { request, conditions, readBody }
  }

  const readResource = async (readBody: () => Promise<{ readonly body: JsonValue }>) => {
    const { body } = await readBody()
    const attributes = resourceBody(kind.type, body)
    const given = { ...versionReadOf(body), attributes: async () => attributes }
    return { givenId: givenId(kind.type, body), given }
  }

  routes.post(path, async (c) => {
    const { request, conditions, readBody } = await begin(c, 'create')
    const { givenId, given } = await readResource(readBody)
    const id = givenId ?? newId(deps.random)
    const criteria = criteriaOf(conditions, givenId)
    return respond(c, await deps.writer.write({ ...request, ...criteria, id, method: 'POST', ...given }))
  })

  routes.put(path, async (c) => {
    const { request, conditions, readBody } = await begin(c, 'update')
    requireCriteria(conditions, 'PUT', path)
    const { givenId, given } = await readResource(readBody)
    const id = givenId ?? newId(deps.random)
    const criteria = criteriaOf(conditions, givenId)
    return respond(c, await deps.writer.write({ ...request, ...criteria, id, method: 'PUT', ...given }))
  })

  routes.put(`${path}/:id`, async (c) => {
    const id = c.req.param('id')
    const { request, readBody } = await begin(c, 'update', id)
    requireId(kind.type, id)
    const { given } = await readResource(readBody)
    return respond(c, await deps.writer.write({ ...request, id, method: 'PUT', ...given }))
  })

  routes.patch(`${path}/:id`, async (c) => {
    const id = c.req.param('id')
    const { request, readBody } = await begin(c, 'patch', id)
    const { body, patch } = await readBody()
    const attributes = patcher(mount, body, readQuery(c).get('_method') ?? patch)
    const given = { ...versionReadOf(body), attributes }
    return respond(c, await deps.writer.write({ ...request, id, method: 'PATCH', ...given }))
  })

  routes.patch(path, async (c) => {
    const { request, conditions, readBody } = await begin(c, 'patch')
    requireCriteria(conditions, 'PATCH', path)
    const { body, patch } = await readBody()
    const attributes = patcher(mount, body, readQuery(c).get('_method') ?? patch)
    const given = { ...criteriaOf(conditions, undefined), ...versionReadOf(body), attributes }
    return respond(c, await deps.writer.write({ ...request, id: '', method: 'PATCH', ...given }))
  })

  routes.delete(path, async (c) => {
    const { request, conditions } = await begin(c, 'delete')
    requireCriteria(conditions, 'DELETE', path)
    const which = { ...request, id: '', criteria: { conditions, expectedId: undefined } }
    if (readRemoveAll(c)) {
      await deps.writer.removeAll(which)
      return answerEmpty(c, 204)
    }
    return respondDeleted(c, await deps.writer.remove(which))
  })

  routes.delete(`${path}/:id`, async (c) => {
    const id = c.req.param('id')
    const { request } = await begin(c, 'delete', id)
    return respondDeleted(c, await deps.writer.remove({ ...request, id }))
  })

  return routes
}

const preconditionsOf = (c: Context): Preconditions => ({
  ifMatch: parseEntityTags(c.req.header('if-match'), 'If-Match'),
  ifNoneMatch: parseEntityTags(c.req.header('if-none-match'), 'If-None-Match'),
})

const WRITE_PARAMETERS = new Set(['_format', '_pretty', '_method', '_no-content'])

/**
 * Reads the criteria of a conditional write: the query, or If-None-Exist of a create. What is not understood must not
 * become an unconditional write.
 * @throws {Problem} malformed
 */
const readConditions = (c: Context, kind: ResourceKind): readonly SearchCondition[] => {
  if (c.req.header('if-unmodified-since') !== undefined)
    throw malformed('is not supported; send If-Match with the version', 'If-Unmodified-Since')
  const query = readQueryPairs(c).filter(([name]) => !WRITE_PARAMETERS.has(name))
  const header = c.req.header('if-none-exist')
  if (header === undefined) return parseCriteria(kind, query)
  const conditions = parseCriteria(kind, parsePairs(header.slice(header.indexOf('?') + 1).trim()))
  if (c.req.method !== 'POST' || query.length > 0 || conditions.length === 0)
    throw malformed('goes with POST and criteria such as userName=ann, and without others', 'If-None-Exist')
  return conditions
}

/** NOTE: without them a DELETE would be one of everything. */
const requireCriteria = (conditions: readonly SearchCondition[], method: string, path: string): void => {
  if (conditions.length > 0) return
  throw malformed(
    `name the resource: ${method} ${path}/<id>, or ${method} ${path}?<criteria> that one resource fits`,
  )
}

/** Whether all that fit are meant. @throws {Problem} malformed */
const readRemoveAll = (c: Context): boolean => {
  const given = c.req.header('x-conditional-delete')
  if (given === undefined) return false
  if (given.trim() !== 'remove-all') throw malformed('expected remove-all', 'X-Conditional-Delete')
  return true
}
