import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { readFormPairs, readQueryPairs } from '../http/form.ts'
import { responseFormat } from '../http/negotiate.ts'
import { searchBundle } from './bundle.ts'
import type { SearchParameters } from './parse-search.ts'
import { parseSearch } from './parse-search.ts'
import { presentAll } from './present.ts'
import type { Mount, ResourceRoutesDeps } from './resource-routes-deps.ts'
import { authorize } from './resource-routes-deps.ts'
import { respondDocument } from './respond-resource.ts'

/** `GET /<Type>?…` and `POST /<Type>/_search` with the parameters as a form. */
export const searchRoutes = (deps: ResourceRoutesDeps, mount: Mount): Hono<AppEnv> => {
  const { kind, base, path } = mount
  const routes = new Hono<AppEnv>()

  const respond = async (c: Context<AppEnv>, parameters: SearchParameters): Promise<Response> => {
    const format = responseFormat(c)
    const { query, elements, count, page } = parseSearch(kind, parameters)
    const { total, resources } = await deps.store.search(kind.type, query)
    const documents = await presentAll(kind, resources, base)
    const url = `${deps.publicUrl}${path}`
    return respondDocument(
      c,
      format,
      searchBundle({ url, parameters, count, page, total }, url, documents, elements),
    )
  }

  routes.get(path, async (c) => {
    await authorize(deps, c, mount, 'search')
    return respond(c, readQueryPairs(c))
  })

  routes.post(`${path}/_search`, async (c) => {
    await authorize(deps, c, mount, 'search')
    return respond(c, [...readQueryPairs(c), ...(await readFormPairs(c))])
  })

  return routes
}
