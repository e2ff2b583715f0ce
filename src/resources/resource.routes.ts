import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { Problem } from '../kernel/problem.ts'
import { historyRoutes } from './history.routes.ts'
import { readRoutes } from './read.routes.ts'
import type { Mount, ResourceRoutesDeps } from './resource-routes-deps.ts'
import { searchRoutes } from './search.routes.ts'
import { writeRoutes } from './write.routes.ts'

/**
 * REST for every kind, at `/<Type>` and `/fhir/<Type>` (FHIR R4 http.html). Problems are thrown; the group shows them as
 * OperationOutcome.
 */
export const resourceRoutes = (deps: ResourceRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()
  for (const mount of deps.kinds.flatMap(mountsOf)) {
    for (const make of [searchRoutes, historyRoutes, readRoutes, writeRoutes])
      routes.route('/', make(deps, mount))
    refuseOtherMethods(routes, mount)
  }
  return routes
}

const mountsOf = (kind: Mount['kind']): readonly Mount[] => [
  { kind, base: 'plain', path: `/${kind.type}` },
  { kind, base: 'fhir', path: `/fhir/${kind.type}` },
]

const refuseOtherMethods = (routes: Hono<AppEnv>, { path }: Mount): void => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    [path]: ['GET', 'HEAD', 'POST'],
    [`${path}/_search`]: ['POST'],
    [`${path}/_history`]: ['GET', 'HEAD'],
    [`${path}/:id`]: ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE'],
    [`${path}/:id/_history`]: ['GET', 'HEAD'],
    [`${path}/:id/_history/:version`]: ['GET', 'HEAD'],
  }
  for (const [pattern, allow] of Object.entries(allowed))
    routes.all(pattern, () => {
      throw new Problem({ kind: 'method-not-allowed', allow })
    })
}
