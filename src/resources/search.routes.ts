import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { readForm, readQuery } from '../http/form.ts'
import { responseFormat } from '../http/negotiate.ts'
import { malformed } from '../kernel/problem.ts'
import { searchBundle } from './bundle.ts'
import { parseSearch } from './parse-search.ts'
import { presentAll } from './present.ts'
import type { Mount, ResourceRoutesDeps } from './resource-routes-deps.ts'
import { authorize } from './resource-routes-deps.ts'
import { respondDocument } from './respond-resource.ts'

/** `GET /<Type>?…` and `POST /<Type>/_search` with the parameters as a form. */
export const searchRoutes = (deps: ResourceRoutesDeps, mount: Mount): Hono<AppEnv> => {
  const { kind, base, path } = mount
  const routes = new Hono<AppEnv>()

  const respond = async (c: Context<AppEnv>, parameters: ReadonlyMap<string, string>): Promise<Response> => {
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
    return respond(c, readQuery(c))
  })

  routes.post(`${path}/_search`, async (c) => {
    await authorize(deps, c, mount, 'search')
    const [query, form] = [readQuery(c), await readForm(c)]
    const twice = [...form.keys()].find((name) => query.has(name))
    if (twice !== undefined)
      throw malformed('sent in the query and in the body; send it once', twice.slice(0, 80).toWellFormed())
    return respond(c, new Map([...query, ...form]))
  })

  return routes
}
