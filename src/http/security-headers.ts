import type { ServerResponse } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
import type { AppEnv } from './app-env.ts'

const DEFAULTS: readonly (readonly [string, string])[] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'no-referrer'],
  ['Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'"],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()'],
  ['Cache-Control', 'no-store'],
]

/** Two years, as browsers' preload lists want it. */
const STRICT_TRANSPORT: readonly [string, string] = ['Strict-Transport-Security', 'max-age=63072000']

/** The headers of an answer given before a router could run. */
export const securityHeaders = (isHttps: boolean): Readonly<Record<string, string>> =>
  Object.fromEntries(isHttps ? [...DEFAULTS, STRICT_TRANSPORT] : DEFAULTS)

/** Puts the security headers on every answer; where a route set one of them itself, its own stays. */
export const withSecurityHeaders = (isHttps: boolean): MiddlewareHandler<AppEnv> => {
  const headers = Object.entries(securityHeaders(isHttps))
  return async (c, next) => {
    const { requestId } = c.get('origin')
    const outgoing = outgoingOf(c)
    if (outgoing !== undefined) {
      // NOTE: a tenth of the cost of Headers; what the route answers overrides these when the head is written.
      for (const [name, value] of headers) outgoing.setHeader(name, value)
      outgoing.setHeader('X-Request-Id', requestId)
      return next()
    }
    await next()
    const answered = c.res.headers
    for (const [name, value] of headers) if (!answered.has(name)) answered.set(name, value)
    answered.set('X-Request-Id', requestId)
    return undefined
  }
}

/** Node's response under the request, where there is one: not so in tests that call the app without a socket. */
const outgoingOf = (c: Context): ServerResponse | undefined => {
  const env: { readonly outgoing?: ServerResponse } | undefined = c.env
  return env?.outgoing
}
