import type { Context } from 'hono'
import type { Logger } from '../kernel/logger.ts'
import type { AppEnv } from './app-env.ts'

/** Logs the one line of a request. Never the query, a body or a header: they may hold secrets. */
export const logRequest = (logger: Logger, c: Context<AppEnv>, milliseconds: number): void => {
  const { requestId, address } = c.get('origin')
  const { status } = c.res
  const fields = {
    requestId,
    method: c.req.method.slice(0, 20),
    path: c.req.path.slice(0, 200),
    status,
    ms: milliseconds,
    address,
    ...c.get('actor'),
  }
  if (status >= 500) logger.error(fields, 'request')
  else logger.info(fields, 'request')
}
