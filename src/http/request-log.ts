import type { MiddlewareHandler } from 'hono'
import type { Clock } from '../kernel/clock.ts'
import type { Logger } from '../kernel/logger.ts'
import type { AppEnv } from './app-env.ts'

interface RequestLogDeps {
  readonly logger: Logger
  readonly clock: Clock
}

/** Logs one line per request. Never the query, a body or a header: they may hold secrets. */
export const withRequestLog =
  ({ logger, clock }: RequestLogDeps): MiddlewareHandler<AppEnv> =>
  async (c, next) => {
    const startedAt = clock.now().getTime()
    await next()
    const { requestId, address } = c.get('origin')
    const { status } = c.res
    const fields = {
      requestId,
      method: c.req.method.slice(0, 20),
      path: c.req.path.slice(0, 200),
      status,
      ms: clock.now().getTime() - startedAt,
      address,
      ...c.get('actor'),
    }
    if (status >= 500) logger.error(fields, 'request')
    else logger.info(fields, 'request')
  }
