import type { AnswerHeaders } from './header-name.ts'

/** How long a browser may remember that it may ask: Chromium's own limit. */
const MAX_AGE_SECONDS = 7200

const ALLOW_ORIGIN = { 'Access-Control-Allow-Origin': '*' } as const

const PREFLIGHT = {
  ...ALLOW_ORIGIN,
  'Access-Control-Allow-Methods': 'GET, POST',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type',
  'Access-Control-Max-Age': String(MAX_AGE_SECONDS),
} as const

const ANSWER = {
  ...ALLOW_ORIGIN,
  'Access-Control-Expose-Headers': 'Retry-After, WWW-Authenticate, X-Request-Id',
} as const

/**
 * Lets scripts of every origin call an address and read what it answers (Fetch §3.2). Only for addresses that trust what
 * the script shows, not where it runs: without `Allow-Credentials` no answer to a cookie can be read.
 */
export const corsHeaders = (method: string): AnswerHeaders['plain'] =>
  method === 'OPTIONS' ? PREFLIGHT : ANSWER
