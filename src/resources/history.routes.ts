import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { readQuery } from '../http/form.ts'
import { responseFormat } from '../http/negotiate.ts'
import { malformed, Problem } from '../kernel/problem.ts'
import { historyBundle } from './bundle.ts'
import { parseInstantRange } from './instant-range.ts'
import { parsePaging } from './parse-search.ts'
import type { Mount, ResourceRoutesDeps } from './resource-routes-deps.ts'
import { authorize } from './resource-routes-deps.ts'
import { respondDocument } from './respond-resource.ts'

const PARAMETERS = ['_count', '_page', '_since', '_at', '_txid', '_format', '_pretty']

/** `GET /<Type>/<id>/_history` and `GET /<Type>/_history`. */
export const historyRoutes = (deps: ResourceRoutesDeps, mount: Mount): Hono<AppEnv> => {
  const { kind, base, path } = mount
  const routes = new Hono<AppEnv>()

  const respond = async (c: Context<AppEnv>, id: string | undefined): Promise<Response> => {
    const format = responseFormat(c)
    const parameters = readQuery(c)
    const unknown = [...parameters.keys()].find((name) => !PARAMETERS.includes(name))
    if (unknown !== undefined)
      throw malformed(
        `is not a parameter of _history; there are ${PARAMETERS.join(', ')}`,
        unknown.slice(0, 80).toWellFormed(),
      )
    const { count, page } = parsePaging(parameters)
    const since = parameters.get('_since')
    const at = parameters.get('_at')
    const version = parameters.get('_txid')
    if (version !== undefined && !/^\d{1,15}$/.test(version))
      throw malformed('expected the number of a version', '_txid')
    const { total, versions } = await deps.store.history(kind.type, id, {
      limit: count,
      offset: (page - 1) * count,
      ...(since === undefined ? {} : { since: new Date(parseInstantRange(since, '_since').from) }),
      ...(at === undefined ? {} : { during: parseInstantRange(at, '_at') }),
      ...(version === undefined ? {} : { versionId: Number(version) }),
    })
    if (id !== undefined && total === 0 && (await deps.store.find(kind.type, id)) === undefined)
      throw new Problem({ kind: 'not-found', message: `Resource ${kind.type}/${id} not found` })
    const typeUrl = `${deps.publicUrl}${path}`
    const url = `${typeUrl}${id === undefined ? '' : `/${id}`}/_history`
    return respondDocument(
      c,
      format,
      historyBundle({ url, parameters: [...parameters], count, page, total }, typeUrl, kind, base, versions),
    )
  }

  routes.get(`${path}/_history`, async (c) => {
    await authorize(deps, c, mount, 'history')
    return respond(c, undefined)
  })

  routes.get(`${path}/:id/_history`, async (c) => {
    const id = c.req.param('id')
    await authorize(deps, c, mount, 'history', id)
    return respond(c, id)
  })

  return routes
}
