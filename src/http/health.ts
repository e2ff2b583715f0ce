import { Hono } from 'hono'
import type { AppEnv } from './app-env.ts'
import { answer } from './respond.ts'

interface HealthDeps {
  /** Resolves when the database answers. */
  readonly ping: () => Promise<void>
  /** Whether the process is about to end and should get no more requests. */
  readonly isStopping: () => boolean
  /** Of the program; `/openapi.json` tells it too. */
  readonly version: string
}

/** A balancer that waits longer than this has given up already. */
const PING_TIMEOUT_MS = 2000

/**
 * `GET /health`: 200 `{"status":"pass"}` while requests can be served, else 503 `{"status":"fail"}`. `GET /$version`: which
 * program this is.
 */
export const healthRoutes = (deps: HealthDeps): Hono<AppEnv> =>
  new Hono<AppEnv>()
    .get('/health', async (c) => {
      const isWell = !deps.isStopping() && (await answersInTime(deps.ping))
      const [status, body] = isWell ? [200, { status: 'pass' }] : [503, { status: 'fail' }]
      return answer(c, JSON.stringify(body), Number(status), 'application/json')
    })
    .get('/$version', (c) => answer(c, JSON.stringify({ version: deps.version }), 200, 'application/json'))

const answersInTime = (ping: () => Promise<void>): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), PING_TIMEOUT_MS)
    ping()
      .then(
        () => resolve(true),
        () => resolve(false),
      )
      .finally(() => clearTimeout(timer))
  })
