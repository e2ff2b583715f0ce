import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { responseFormat } from '../http/negotiate.ts'
import { malformed, Problem } from '../kernel/problem.ts'
import { applyBundle, putResources } from './apply-bundle.ts'
import type { Base } from './present.ts'
import type { ResourceAction } from './resource-action.ts'
import type { ResourceRoutesDeps } from './resource-routes-deps.ts'
import { authorize } from './resource-routes-deps.ts'
import { readDocument, respondDocument } from './respond-resource.ts'

const BUNDLE = { kind: { type: 'Bundle' } }

/** `POST /` takes a Bundle, `PUT /` an array of resources; the same at `/fhir`. */
export const bundleRoutes = (deps: ResourceRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()

  const begin = async (c: Context<AppEnv>, base: Base) => {
    await authorize(deps, c, BUNDLE, 'transaction')
    const format = responseFormat(c)
    const { body } = await readDocument(c)
    // NOTE: whoever lost the right while the body was on its way must not use it.
    const caller = await authorize(deps, c, BUNDLE, 'transaction')
    const mayDo = async (action: ResourceAction): Promise<void> => {
      if ((await deps.mayAct(caller, action)) !== 'allow') throw new Problem({ kind: 'forbidden' })
    }
    return { format, body, context: { base, caller, origin: c.env.origin, authorize: mayDo } }
  }

  const mount = (path: string, base: Base): void => {
    routes.post(path, async (c) => {
      const { format, body, context } = await begin(c, base)
      return respondDocument(c, format, await applyBundle(deps, context, body))
    })
    routes.put(path, async (c) => {
      const { format, body, context } = await begin(c, base)
      if (!Array.isArray(body))
        throw malformed('expected an array of resources, each with resourceType and id')
      return respondDocument(c, format, await putResources(deps, context, body))
    })
  }

  mount('/', 'plain')
  mount('/fhir', 'fhir')
  return routes
}
