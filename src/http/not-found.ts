import type { Hono, NotFoundHandler } from 'hono'
import { Problem } from '../kernel/problem.ts'
import { putHeader } from './answer-headers.ts'
import type { AppEnv } from './app-env.ts'
import { faceOf, presentProblem } from './handle-error.ts'
import type { ProblemPageDeps } from './problem-as-page.ts'
import { answerEmpty } from './respond.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/**
 * Answers what no route took: 405 with Allow where the path has routes of other methods (RFC 9110 §15.5.6), 204 to
 * OPTIONS there, else 404. Browsers get a page, callers of `/auth` and `/.well-known` OAuth's JSON, others an OperationOutcome.
 */
export const handleNotFound =
  (app: Hono<AppEnv>, deps: ProblemPageDeps): NotFoundHandler<AppEnv> =>
  (c) => {
    const allow = allowedMethods(app, c.req.path)
    if (allow.length > 0 && c.req.method === 'OPTIONS') {
      putHeader(c, 'Allow', allow.join(', '))
      return answerEmpty(c, 204)
    }
    const problem =
      allow.length > 0
        ? new Problem({ kind: 'method-not-allowed', allow })
        : new Problem({ kind: 'not-found', message: 'There is nothing at this address' })
    return presentProblem(c, faceOf(c), problem, deps)
  }

const allowedMethods = (app: Hono<AppEnv>, path: string): readonly string[] => {
  const methods = METHODS.filter((method) =>
    app.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  )
  if (methods.length === 0) return []
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}
