import type { MiddlewareHandler } from 'hono'
import type { AppEnv } from './app-env.ts'

/** How long a browser may remember that it may ask: Chromium's own limit. */
const MAX_AGE_SECONDS = 7200

/**
 * Lets scripts of every origin call an address and read what it answers (Fetch §3.2). Only for addresses that trust what
 * the script shows, not where it runs: without `Allow-Credentials` no answer to a cookie can be read.
 */
export const withCors: MiddlewareHandler<AppEnv> = (c, next) => {
  c.header('Access-Control-Allow-Origin', '*')
  if (c.req.method === 'OPTIONS') {
    c.header('Access-Control-Allow-Methods', 'GET, POST')
    c.header('Access-Control-Allow-Headers', 'Authorization, Content-Type')
    c.header('Access-Control-Max-Age', String(MAX_AGE_SECONDS))
  } else c.header('Access-Control-Expose-Headers', 'Retry-After, WWW-Authenticate, X-Request-Id')
  return next()
}
