import { Hono } from 'hono'
import { routePath } from 'hono/route'
import { getPath } from 'hono/utils/url'
import type { Clock } from '../kernel/clock.ts'
import type { Problem } from '../kernel/problem.ts'
import type { Random } from '../kernel/random.ts'
import { answerHeaders, completeAnswer } from './answer-headers.ts'
import type { AppEnv, RequestState, Wire } from './app-env.ts'
import { requestOrigins } from './client-address.ts'
import type { ScriptAccess } from './cors.ts'
import { corsHeaders, VARIES_BY_ORIGIN } from './cors.ts'
import type { Face, HandleErrorDeps } from './handle-error.ts'
import { faceOf, handleError, presentProblem } from './handle-error.ts'
import type { AnswerHeaders } from './header-name.ts'
import { handleNotFound } from './not-found.ts'
import { logRequest } from './request-log.ts'
import { faultOfTarget } from './request-target.ts'
import { securityHeaders } from './security-headers.ts'

interface EdgeDeps extends Omit<HandleErrorDeps, 'isOpenable'> {
  readonly clock: Clock
  readonly random: Random
  readonly trustedProxies: number
  readonly isHttps: boolean
  /** Whose scripts may call a path and read what it answers. */
  readonly scriptAccess: (path: string) => ScriptAccess
  /** Whether an application registered the origin. */
  readonly isRegisteredOrigin: (origin: string) => Promise<boolean>
  /** How errors of a route are told, by its pattern and method; where undefined, as those of no route. */
  readonly faceOfRoute: (pattern: string, method: string) => Face | undefined
}

/** Of an address that is not plain: no route gets the request. */
interface RefusedEnv {
  Bindings: RequestState & { readonly fault: Problem }
}

export type Fetch = (request: Request, wire?: Wire) => Response | Promise<Response>

/**
 * Answers with the routes of an app, behind what every request passes: origin, log line, security headers, plain paths, and
 * answers to what no route takes.
 * NOTE: around the app and not a middleware in it, and with no `onError` of a group of routes: each of them costs every
 * request some promises, and what a route answers at once is answered without any.
 */
export const createEdge = (app: Hono<AppEnv>, given: EdgeDeps): Fetch => {
  const deps = { ...given, isOpenable: (path: string) => given.faceOfRoute(path, 'GET') !== undefined }
  const { clock, logger } = deps
  const originOf = requestOrigins(deps)
  const headersOf = answerHeadersBy(deps)
  app.onError((error, c) =>
    handleError(deps.faceOfRoute(routePath(c), c.req.method) ?? faceOf(c), deps)(error, c),
  )
  app.notFound(handleNotFound(app, deps))
  const refused = new Hono<RefusedEnv>().notFound((c) => presentProblem(c, faceOf(c), c.env.fault, deps))

  return (request, wire = {}) => {
    const startedAt = clock.now().getTime()
    const path = getPath(request)
    const origin = originOf(request, wire)
    const finish = (response: Response, state: RequestState): Response => {
      completeAnswer(response, state)
      const { status } = response
      logRequest(logger, { method: request.method, path, status }, state, clock.now().getTime() - startedAt)
      return response
    }
    const answerWith = (headers: AnswerHeaders): Response | Promise<Response> => {
      const fault = faultOfTarget(request, wire)
      const state: RequestState = {
        incoming: wire.incoming,
        isExchanged: wire.isExchanged,
        origin,
        headers,
        answer: undefined,
        actor: undefined,
      }
      const answered =
        fault === undefined
          ? app.fetch(request, state)
          : refused.fetch(request, Object.assign(state, { fault }))
      return answered instanceof Promise
        ? answered.then((response) => finish(response, state))
        : finish(answered, state)
    }
    const asking = request.headers.get('origin')
    const access = deps.scriptAccess(path)
    if (asking === null || access !== 'registered')
      return answerWith(headersOf(access, request.method, origin.requestId, undefined))
    return isRegisteredOrigin(deps, asking).then((isRegistered) =>
      answerWith(headersOf(access, request.method, origin.requestId, isRegistered ? asking : undefined)),
    )
  }
}

/** What every answer carries. `asking`: a registered origin that asks; undefined: none does. */
const answerHeadersBy = ({ isHttps }: EdgeDeps) => {
  const always = securityHeaders(isHttps)
  const varying = { ...always, ...VARIES_BY_ORIGIN }
  return (
    access: ScriptAccess,
    method: string,
    requestId: string,
    asking: string | undefined,
  ): AnswerHeaders => {
    const common = access === 'registered' ? varying : always
    const allowed = access === 'everybody' ? '*' : asking
    if (allowed === undefined) return answerHeaders({ ...common, 'X-Request-Id': requestId })
    return answerHeaders({ ...common, ...corsHeaders(method, allowed), 'X-Request-Id': requestId })
  }
}

const isRegisteredOrigin = async (deps: EdgeDeps, origin: string): Promise<boolean> => {
  try {
    return await deps.isRegisteredOrigin(origin)
  } catch {
    // NOTE: what cannot be looked up now is not allowed; what is down, the route tells.
    return false
  }
}
