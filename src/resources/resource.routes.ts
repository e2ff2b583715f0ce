import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { allowOnly } from './allow-only.routes.ts'
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
    const { path } = mount
    const add = (...makers: readonly (typeof searchRoutes)[]): void => {
      for (const make of makers) routes.route('/', make(deps, mount))
    }
    add(searchRoutes, historyRoutes)
    // NOTE: before the routes of one resource, which would take these two names for ids.
    allowOnly(routes, `${path}/_search`, 'POST')
    allowOnly(routes, `${path}/_history`, 'GET', 'HEAD')
    add(readRoutes, writeRoutes)
    allowOnly(routes, path, 'GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE')
    allowOnly(routes, `${path}/:id`, 'GET', 'HEAD', 'PUT', 'PATCH', 'DELETE')
    allowOnly(routes, `${path}/:id/_history`, 'GET', 'HEAD')
    allowOnly(routes, `${path}/:id/_history/:version`, 'GET', 'HEAD')
  }
  return routes
}

const mountsOf = (kind: Mount['kind']): readonly Mount[] => [
  { kind, base: 'plain', path: `/${kind.type}` },
  { kind, base: 'fhir', path: `/fhir/${kind.type}` },
]
