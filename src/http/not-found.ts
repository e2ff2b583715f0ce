import type { Hono, NotFoundHandler } from 'hono'
import { Problem } from '../kernel/problem.ts'
import { putHeader } from './answer-headers.ts'
import type { AppEnv } from './app-env.ts'
import type { Face } from './handle-error.ts'
import { faceOf, presentProblem } from './handle-error.ts'
import type { ProblemPageDeps } from './problem-as-page.ts'
import { answerEmpty } from './respond.ts'

export interface NotFoundDeps extends ProblemPageDeps {
  /** How the routes of a pattern tell their errors. */
  readonly faceOfRoute: (pattern: string, method: string) => Face | undefined
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * Answers what no route took: 405 with Allow where the path has routes of other methods (RFC 9110 §15.5.6), 204 to
 * OPTIONS there, else 404. Browsers get a page, callers of `/auth` and `/.well-known` OAuth's JSON, others an OperationOutcome.
 */
export const handleNotFound =
  (app: Hono<AppEnv>, deps: NotFoundDeps): NotFoundHandler<AppEnv> =>
  (c) => {
    const { allow, pattern } = allowedMethods(app, c.req.path)
    if (allow.length > 0 && c.req.method === 'OPTIONS') {
      putHeader(c, 'Allow', allow.join(', '))
      return answerEmpty(c, 204)
    }
    const problem =
      allow.length > 0
        ? new Problem({ kind: 'method-not-allowed', allow })
        : new Problem({ kind: 'not-found', message: 'There is nothing at this address' })
    return presentProblem(c, deps.faceOfRoute(pattern, allow[0] ?? '') ?? faceOf(c), problem, deps)
  }

/** What the path takes with other methods, and under which pattern its routes are known; empty where it has none. */
const allowedMethods = (
  app: Hono<AppEnv>,
  path: string,
): { readonly allow: readonly string[]; readonly pattern: string } => {
  const routes = METHODS.flatMap((method) =>
    app.router
      .match(method, path)[0]
      .map(([[, route]]) => route)
      .filter((route) => route.method === method)
      .slice(0, 1),
  )
  const methods = routes.map((route) => route.method)
  const pattern = routes[0]?.path ?? ''
  if (methods.length === 0) return { allow: [], pattern }
  return { allow: [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'], pattern }
}
