import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { responseFormat } from '../http/negotiate.ts'
import { answerEmpty } from '../http/respond.ts'
import { Problem } from '../kernel/problem.ts'
import { isNamed, parseEntityTags } from './preconditions.ts'
import { present } from './present.ts'
import type { StoredResource } from './resource.ts'
import type { Mount, ResourceRoutesDeps } from './resource-routes-deps.ts'
import { authorize } from './resource-routes-deps.ts'
import { respondDocument, setVersionHeaders } from './respond-resource.ts'

/** `GET /<Type>/<id>` and `GET /<Type>/<id>/_history/<version>`. */
export const readRoutes = (deps: ResourceRoutesDeps, mount: Mount): Hono<AppEnv> => {
  const { kind, base, path } = mount
  const routes = new Hono<AppEnv>()

  routes.get(`${path}/:id`, async (c) => {
    const id = c.req.param('id')
    await authorize(deps, c, mount, 'read', id)
    const format = responseFormat(c)
    const resource = existing(await deps.store.find(kind.type, id), kind.type, id)
    const projected = (await kind.project?.([id]))?.get(id)
    setVersionHeaders(c, resource)
    // NOTE: what is added at read time changes without a new version: only where nothing is added, the tag tells all.
    if (projected === undefined && isUnmodified(c, resource)) return notModified(c)
    return respondDocument(c, format, present(kind, resource, base, projected))
  })

  routes.get(`${path}/:id/_history/:version`, async (c) => {
    const { id, version } = c.req.param()
    await authorize(deps, c, mount, 'vread', id)
    const format = responseFormat(c)
    const number = /^[1-9]\d{0,14}$/.test(version) ? Number(version) : 0
    const resource = existing(await deps.store.findVersion(kind.type, id, number), kind.type, id, version)
    setVersionHeaders(c, resource)
    return isUnmodified(c, resource)
      ? notModified(c)
      : respondDocument(c, format, present(kind, resource, base))
  })

  return routes
}

const existing = <Found extends StoredResource>(
  resource: Found | undefined,
  type: string,
  id: string,
  version?: string,
): Found => {
  const name = `Resource ${type}/${id}${version === undefined ? '' : ` version ${version}`}`
  if (resource === undefined) throw new Problem({ kind: 'not-found', message: `${name} not found` })
  if (resource.isDeleted) throw new Problem({ kind: 'gone', message: `${name} was deleted` })
  return resource
}

const isUnmodified = (c: Context, resource: StoredResource): boolean => {
  const tags = parseEntityTags(c.req.header('if-none-match'), 'If-None-Match')
  return tags !== undefined && isNamed(tags, resource)
}

const notModified = (c: Context): Response => {
  return answerEmpty(c, 304)
}
