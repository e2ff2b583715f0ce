import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { responseFormat } from '../http/negotiate.ts'
import type { JsonObject, JsonValue } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { invalid, malformed } from '../kernel/problem.ts'
import { newId } from '../kernel/secret-token.ts'
import { patcher } from './patch-resource.ts'
import type { Preconditions } from './preconditions.ts'
import { entityTag, parseEntityTags } from './preconditions.ts'
import { attributesOf, present, presentAll } from './present.ts'
import { isResourceId } from './resource.ts'
import type { Mount, ResourceRoutesDeps } from './resource-routes-deps.ts'
import { authorize } from './resource-routes-deps.ts'
import { readDocument, respondDocument, setVersionHeaders } from './respond-resource.ts'
import type { WriteResult } from './write-resource.ts'

/** `POST /<Type>`, and `PUT`, `PATCH`, `DELETE` of `/<Type>/<id>`. */
export const writeRoutes = (deps: ResourceRoutesDeps, mount: Mount): Hono<AppEnv> => {
  const { kind, base, path } = mount
  const routes = new Hono<AppEnv>()

  const respond = async (c: Context<AppEnv>, { outcome, resource }: WriteResult): Promise<Response> => {
    const [document = {}] = await presentAll(kind, [resource], base)
    setVersionHeaders(c, resource)
    if (outcome === 'created')
      c.header('Location', `${deps.publicUrl}${path}/${resource.id}/_history/${resource.versionId}`)
    return respondDocument(c, responseFormat(c), document, outcome === 'created' ? 201 : 200)
  }

  /** What every write needs to know before its body is read. */
  const begin = async (
    c: Context<AppEnv>,
    operation: 'create' | 'update' | 'patch' | 'delete',
    id?: string,
  ) => {
    const caller = await authorize(deps, c, mount, operation, id)
    responseFormat(c)
    refuseConditional(c)
    return { kind, caller, origin: c.get('origin'), preconditions: preconditionsOf(c) }
  }

  routes.post(path, async (c) => {
    const request = await begin(c, 'create')
    const { body } = await readDocument(c)
    const attributes = resourceBody(kind.type, body)
    const id = givenId(kind.type, body) ?? newId(deps.random)
    return respond(
      c,
      await deps.writer.write({ ...request, id, method: 'POST', attributes: async () => attributes }),
    )
  })

  routes.put(`${path}/:id`, async (c) => {
    const id = c.req.param('id')
    const request = await begin(c, 'update', id)
    requireId(id)
    const { body } = await readDocument(c)
    const attributes = resourceBody(kind.type, body)
    return respond(
      c,
      await deps.writer.write({ ...request, id, method: 'PUT', attributes: async () => attributes }),
    )
  })

  routes.patch(`${path}/:id`, async (c) => {
    const id = c.req.param('id')
    const request = await begin(c, 'patch', id)
    const { body, patch } = await readDocument(c)
    const attributes = patcher(mount, id, body, c.req.query('_method') ?? patch)
    return respond(c, await deps.writer.write({ ...request, id, method: 'PATCH', attributes }))
  })

  routes.delete(`${path}/:id`, async (c) => {
    const id = c.req.param('id')
    const deleted = await deps.writer.remove({ ...(await begin(c, 'delete', id)), id })
    if (deleted === undefined || c.req.query('_no-content') === 'true') return c.body(null, 204)
    c.header('ETag', entityTag(deleted.versionId))
    return respondDocument(c, responseFormat(c), present(kind, deleted, base))
  })

  return routes
}

const preconditionsOf = (c: Context): Preconditions => ({
  ifMatch: parseEntityTags(c.req.header('if-match'), 'If-Match'),
  ifNoneMatch: parseEntityTags(c.req.header('if-none-match'), 'If-None-Match'),
})

const WRITE_PARAMETERS = new Set(['_format', '_pretty', '_method', '_no-content'])

/** A condition that is not understood must not become an unconditional write. */
const refuseConditional = (c: Context): void => {
  if (c.req.header('if-none-exist') !== undefined)
    throw malformed('conditional create is not supported; send PUT with If-None-Match: *', 'If-None-Exist')
  const unknown = Object.keys(c.req.query()).find((name) => !WRITE_PARAMETERS.has(name))
  if (unknown !== undefined)
    throw malformed(
      'is not a parameter of this write; name the resource in the path',
      unknown.slice(0, 80).toWellFormed(),
    )
}

const requireId = (id: string): void => {
  if (!isResourceId(id)) throw invalid('expected 1 to 64 letters, digits, hyphens and dots', 'id')
}

const resourceBody = (type: string, body: JsonValue): JsonObject => {
  // NOTE: an empty YAML document is a resource without attributes.
  if (body === null) return {}
  if (!isJsonObject(body)) throw invalid('expected an object with the attributes of the resource', type)
  if (body.resourceType !== undefined && body.resourceType !== type)
    throw invalid(`expected ${type}, as in the path`, 'resourceType')
  return attributesOf(body)
}

const givenId = (type: string, body: JsonValue): string | undefined => {
  const id = isJsonObject(body) ? body.id : undefined
  if (id === undefined || id === null) return undefined
  if (typeof id !== 'string') throw invalid('expected a string', `${type}.id`)
  requireId(id)
  return id
}
