import type { Context, ErrorHandler } from 'hono'
import type { Logger } from '../kernel/logger.ts'
import { Problem } from '../kernel/problem.ts'
import type { AppEnv } from './app-env.ts'
import { prefersHtml } from './negotiate.ts'
import { problemAsOAuth } from './problem-as-oauth.ts'
import { operationOutcome, outcomeOfBug, problemAsOperationOutcome } from './problem-as-operation-outcome.ts'
import type { ProblemPageDeps } from './problem-as-page.ts'
import { problemAsPage, problemPage } from './problem-as-page.ts'
import { answer } from './respond.ts'

/** How a group of routes tells its errors; `page` tells those who prefer JSON in OAuth's way. */
export type Face = 'page' | 'oauth' | 'operation-outcome'

/** The face of a request that no group of routes took. */
export const faceOf = (c: Context): Face => {
  if (c.req.path.startsWith('/.well-known/')) return 'oauth'
  if (/^\/auth(?:\/|$)/.test(c.req.path)) return 'page'
  return c.req.header('accept')?.includes('text/html') === true ? 'page' : 'operation-outcome'
}

export interface HandleErrorDeps extends ProblemPageDeps {
  readonly logger: Logger
}

/** Presents what a route threw: a Problem in its face, anything else as a logged bug of which only the id is told. */
export const handleError =
  (face: Face, deps: HandleErrorDeps): ErrorHandler<AppEnv> =>
  (error, c) =>
    error instanceof Problem ? presentProblem(c, face, error, deps) : presentBug(c, face, error, deps)

/** Answers with a problem in the face of its route group. */
export const presentProblem = (
  c: Context,
  face: Face,
  problem: Problem,
  deps: ProblemPageDeps,
): Response | Promise<Response> => {
  switch (face) {
    case 'page':
      return prefersHtml(c) ? problemAsPage(c, problem, deps) : problemAsOAuth(c, problem)
    case 'oauth':
      return problemAsOAuth(c, problem)
    case 'operation-outcome':
      return problemAsOperationOutcome(c, problem)
  }
}

const presentBug = (
  c: Context<AppEnv>,
  face: Face,
  error: Error,
  deps: HandleErrorDeps,
): Response | Promise<Response> => {
  const { requestId } = c.env.origin
  deps.logger.error({ requestId, err: error }, 'unexpected error')
  const message = `Something went wrong here. The log tells more under request id ${requestId}.`
  if (face === 'operation-outcome') return operationOutcome(c, 500, outcomeOfBug(requestId))
  if (face === 'page' && prefersHtml(c))
    return problemPage(c, deps, { status: 500, heading: 'Something went wrong', message })
  const body = JSON.stringify({ error: 'server_error', error_description: message })
  return answer(c, body, 500, 'application/json; charset=utf-8')
}
