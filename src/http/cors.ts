import type { AnswerHeaders } from './header-name.ts'

/**
 * Whose scripts may call an address and read what it answers: those of every origin, of the origins that applications
 * registered, or of ours alone.
 */
export type ScriptAccess = 'everybody' | 'registered' | 'nobody'

/** How long a browser may remember that it may ask: Chromium's own limit. */
const MAX_AGE_SECONDS = 7200

const PREFLIGHT = {
  'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
  'Access-Control-Allow-Headers':
    'Authorization, Content-Type, If-Match, If-None-Match, If-None-Exist, If-Modified-Since, Prefer',
  'Access-Control-Max-Age': String(MAX_AGE_SECONDS),
} as const

const ANSWER = {
  'Access-Control-Expose-Headers':
    'ETag, Last-Modified, Location, Retry-After, WWW-Authenticate, X-Request-Id',
} as const

/**
 * Lets scripts of an origin call an address and read what it answers (Fetch §3.2). Only for addresses that trust what the
 * script shows, not where it runs: `Allow-Credentials` is never said, so no answer to a cookie can be read.
 */
export const corsHeaders = (method: string, origin: string): AnswerHeaders['plain'] => ({
  'Access-Control-Allow-Origin': origin,
  ...(method === 'OPTIONS' ? PREFLIGHT : ANSWER),
})

/** Of an answer that differs by who asks, so that no cache gives one origin's to another. */
export const VARIES_BY_ORIGIN: AnswerHeaders['plain'] = { Vary: 'Origin' }
