import type { MiddlewareHandler } from 'hono'
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
    await next()
    const answered = c.res.headers
    for (const [name, value] of headers) if (!answered.has(name)) answered.set(name, value)
    answered.set('X-Request-Id', c.get('origin').requestId)
  }
}
