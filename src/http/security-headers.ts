import type { AnswerHeaders } from './header-name.ts'

const DEFAULTS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
} as const

/** Of what browsers show with scripts and windows of its own; nothing else heeds them. */
export const PAGE_HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const

/** Two years, as browsers' preload lists want it. */
const STRICT_TRANSPORT = { 'Strict-Transport-Security': 'max-age=63072000' } as const

/** The headers of every answer; a route may set one of them itself. */
export const securityHeaders = (isHttps: boolean): AnswerHeaders['plain'] =>
  isHttps ? { ...DEFAULTS, ...STRICT_TRANSPORT } : DEFAULTS
