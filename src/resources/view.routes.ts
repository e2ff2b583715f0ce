import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { readFormPairs, readQuery, readQueryPairs } from '../http/form.ts'
import { responseFormat } from '../http/negotiate.ts'
import { answerEmpty } from '../http/respond.ts'
import { Problem } from '../kernel/problem.ts'
import { allowOnly } from './allow-only.routes.ts'
import { searchBundle } from './bundle.ts'
import type { SearchParameters } from './parse-search.ts'
import { parseSearch } from './parse-search.ts'
import type { Base } from './present.ts'
import { present, presentAll } from './present.ts'
import type { StoredResource } from './resource.ts'
import type { ResourceRoutesDeps } from './resource-routes-deps.ts'
import { authorize } from './resource-routes-deps.ts'
import type { ResourceView } from './resource-view.ts'
import { respondDocument, setVersionHeaders } from './respond-resource.ts'

export type ViewRoutesDeps = Pick<ResourceRoutesDeps, 'publicUrl' | 'mayAct' | 'callerOf'>

/** REST for a view, at `/<Type>` and `/fhir/<Type>`: read, search, perhaps delete; whoever writes is told that it cannot be. */
export const viewRoutes = (deps: ViewRoutesDeps, views: readonly ResourceView[]): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()
  for (const view of views) {
    addRoutes(routes, deps, view, 'plain', `/${view.kind.type}`)
    addRoutes(routes, deps, view, 'fhir', `/fhir/${view.kind.type}`)
  }
  return routes
}

const addRoutes = (
  routes: Hono<AppEnv>,
  deps: ViewRoutesDeps,
  { kind, store, otherMethods, end }: ResourceView,
  base: Base,
  path: string,
): void => {
  const find = async (id: string): Promise<StoredResource> => {
    const resource = await store.find(kind.type, id)
    if (resource === undefined)
      throw new Problem({ kind: 'not-found', message: `Resource ${kind.type}/${id} not found` })
    return resource
  }
  const respondFound = async (c: Context<AppEnv>, parameters: SearchParameters): Promise<Response> => {
    await authorize(deps, c, { kind }, 'search')
    const format = responseFormat(c)
    const { query, elements, count, page } = parseSearch(kind, parameters)
    const { total, resources } = await store.search(kind.type, query)
    const documents = await presentAll(kind, resources, base)
    const url = `${deps.publicUrl}${path}`
    const bundle = searchBundle({ url, parameters, count, page, total }, url, documents, elements)
    return respondDocument(c, format, bundle)
  }

  routes.get(path, (c) => respondFound(c, readQueryPairs(c)))
  routes.post(`${path}/_search`, async (c) =>
    respondFound(c, [...readQueryPairs(c), ...(await readFormPairs(c))]),
  )
  allowOnly(routes, `${path}/_search`, 'POST')
  routes.get(`${path}/:id`, async (c) => {
    const id = c.req.param('id') ?? ''
    await authorize(deps, c, { kind }, 'read', id)
    const format = responseFormat(c)
    const resource = await find(id)
    setVersionHeaders(c, resource)
    return respondDocument(c, format, present(kind, resource, base))
  })
  if (end !== undefined)
    routes.delete(`${path}/:id`, async (c) => {
      const id = c.req.param('id') ?? ''
      const caller = await authorize(deps, c, { kind }, 'delete', id)
      const format = responseFormat(c)
      const resource = await find(id)
      await end(resource, caller, c.env.origin)
      if (readQuery(c).get('_no-content') === 'true') return answerEmpty(c, 204)
      // NOTE: what is only ended is shown as it is now, what is gone as it was.
      return respondDocument(c, format, present(kind, (await store.find(kind.type, id)) ?? resource, base))
    })
  allowOnly(routes, path, 'GET', 'HEAD', ...otherMethods)
  allowOnly(routes, `${path}/:id`, 'GET', 'HEAD', ...(end === undefined ? [] : ['DELETE']))
}
