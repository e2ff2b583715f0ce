import type { Hono } from 'hono'
import type { Clock } from '../kernel/clock.ts'
import type { Random } from '../kernel/random.ts'
import type { AppEnv } from './app-env.ts'
import { withRequestOrigin } from './client-address.ts'
import type { HandleErrorDeps } from './handle-error.ts'
import { faceOf, handleError } from './handle-error.ts'
import { handleNotFound } from './not-found.ts'
import { withRequestLog } from './request-log.ts'
import { withPlainTarget } from './request-target.ts'
import { withSecurityHeaders } from './security-headers.ts'

interface EdgeDeps extends HandleErrorDeps {
  readonly clock: Clock
  readonly random: Random
  readonly trustedProxies: number
  readonly isHttps: boolean
}

/**
 * Puts around an app what every request passes: origin, log line, security headers, plain paths, and answers to
 * what no route takes. To be called before any route is added; groups may set their own `onError`.
 */
export const installEdge = (app: Hono<AppEnv>, deps: EdgeDeps): void => {
  app.use(withRequestOrigin(deps), withRequestLog(deps), withSecurityHeaders(deps.isHttps), withPlainTarget)
  app.onError((error, c) => handleError(faceOf(c), deps)(error, c))
  app.notFound(handleNotFound(app, deps))
}
