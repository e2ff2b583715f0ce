import type { Logger } from '../kernel/logger.ts'
import type { RequestState } from './app-env.ts'

interface AnsweredRequest {
  readonly method: string
  readonly path: string
  readonly status: number
}

/** Logs the one line of a request. Never the query, a body or a header: they may hold secrets. */
export const logRequest = (
  logger: Logger,
  { method, path, status }: AnsweredRequest,
  { origin: { requestId, address }, actor }: RequestState,
  milliseconds: number,
): void => {
  const fields = {
    requestId,
    method: method.slice(0, 20),
    path: path.slice(0, 200),
    status,
    ms: milliseconds,
    address,
    ...actor,
  }
  if (status >= 500) logger.error(fields, 'request')
  else logger.info(fields, 'request')
}
