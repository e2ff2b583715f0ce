import type { Context, Hono } from 'hono'
import { routePath } from 'hono/route'
import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/random.ts'
import { answerHeaders, completeAnswer } from './answer-headers.ts'
import type { AppEnv } from './app-env.ts'
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

interface EdgeDeps extends HandleErrorDeps {
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

/**
 * Puts around an app what every request passes: origin, log line, security headers, plain paths, and answers to
 * what no route takes. To be called before any route is added.
 * NOTE: one middleware, and no `onError` of a group of routes: each of them costs every request some promises.
 */
export const installEdge = (app: Hono<AppEnv>, deps: EdgeDeps): void => {
  const { clock, logger } = deps
  const originOf = requestOrigins(deps)
  const ofEveryAnswer = securityHeaders(deps.isHttps)
  /** `asking`: a registered origin that asks; undefined: none does. */
  const headersFor = ({ req }: Context, requestId: string, asking: string | undefined): AnswerHeaders => {
    const always = { ...ofEveryAnswer, 'X-Request-Id': requestId }
    const access = deps.scriptAccess(req.path)
    if (access === 'nobody') return answerHeaders(always)
    if (access === 'everybody') return answerHeaders({ ...always, ...corsHeaders(req.method, '*') })
    const cors = asking === undefined ? {} : corsHeaders(req.method, asking)
    return answerHeaders({ ...always, ...VARIES_BY_ORIGIN, ...cors })
  }

  app.use(async (c, next) => {
    const startedAt = clock.now().getTime()
    const origin = originOf(c)
    c.set('origin', origin)
    const asking = c.req.header('origin')
    // NOTE: no await for who comes from no other origin: it would cost every request.
    const isRegistered = asking !== undefined && (await isRegisteredOrigin(deps, c.req.path, asking))
    c.set('headers', headersFor(c, origin.requestId, isRegistered ? asking : undefined))
    const fault = faultOfTarget(c)
    if (fault === undefined) await next()
    else c.res = await presentProblem(c, faceOf(c), fault, deps)
    completeAnswer(c)
    logRequest(logger, c, clock.now().getTime() - startedAt)
  })
  app.onError((error, c) =>
    handleError(deps.faceOfRoute(routePath(c), c.req.method) ?? faceOf(c), deps)(error, c),
  )
  app.notFound(handleNotFound(app, deps))
}

const isRegisteredOrigin = async (deps: EdgeDeps, path: string, origin: string): Promise<boolean> => {
  if (deps.scriptAccess(path) !== 'registered') return false
  try {
    return await deps.isRegisteredOrigin(origin)
  } catch {
    // NOTE: what cannot be looked up now is not allowed; what is down, the route tells.
    return false
  }
}
