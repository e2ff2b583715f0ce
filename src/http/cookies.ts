import type { Context } from 'hono'
import { generateCookie } from 'hono/cookie'
import type { Random } from '../kernel/random.ts'
import { hashSecretToken, newSecretToken } from '../kernel/secret-token.ts'
import { addCookie } from './answer-headers.ts'

const SESSION = 'ASID'
const FLOW = 'ASFLOW'
const ATTEMPT = 'ASTRY'
const DEVICE = 'ASDEV'

/** What we print: base64url with dots; a sealed sign-in is the longest. Anything else was not set by us. */
const TOKEN = /^[A-Za-z0-9._-]{1,4000}$/

/** The cookies of Countersign. All are HttpOnly, SameSite=Lax, Path=/ and, where the public URL is https, Secure. */
export interface Cookies {
  readSession(c: Context): string | undefined
  setSession(c: Context, token: string, maxAgeSeconds: number): void
  clearSession(c: Context): void
  /**
   * Hash of the browser's flow cookie, which is set on the response when the request brought none.
   * Binds requests, attempts and CSRF tokens to a browser before a session exists.
   */
  flowHash(c: Context): string
  /** Gives the browser a new flow cookie; later calls of flowHash for this request see it. */
  rotateFlow(c: Context): void
  readAttempt(c: Context): string | undefined
  setAttempt(c: Context, token: string, maxAgeSeconds: number): void
  clearAttempt(c: Context): void
  readDevice(c: Context): string | undefined
  setDevice(c: Context, token: string, maxAgeSeconds: number): void
}

interface CookiesDeps {
  readonly isSecure: boolean
  readonly random: Random
}

/** A cookie that comes with two values, or with one that we would not print, counts as none. */
export const createCookies = (deps: CookiesDeps): Cookies => {
  const flows = new WeakMap<object, string>()

  const set = (c: Context, name: string, token: string, maxAgeSeconds: number | undefined): void => {
    const lifetime = maxAgeSeconds === undefined ? {} : { maxAge: Math.floor(maxAgeSeconds) }
    const attributes = { path: '/', httpOnly: true, sameSite: 'Lax', secure: deps.isSecure } as const
    addCookie(c, generateCookie(name, token, { ...attributes, ...lifetime }))
  }

  const startFlow = (c: Context): string => {
    const token = newSecretToken(deps.random)
    flows.set(c.req, token)
    // NOTE: no lifetime, so that it ends with the browser; what is bound to it ends much earlier.
    set(c, FLOW, token, undefined)
    return token
  }

  return {
    readSession: (c) => readCookie(c, SESSION),
    setSession: (c, token, maxAgeSeconds) => set(c, SESSION, token, maxAgeSeconds),
    clearSession: (c) => set(c, SESSION, '', 0),
    flowHash: (c) => hashSecretToken(flows.get(c.req) ?? readCookie(c, FLOW) ?? startFlow(c)),
    rotateFlow: (c) => {
      startFlow(c)
    },
    readAttempt: (c) => readCookie(c, ATTEMPT),
    setAttempt: (c, token, maxAgeSeconds) => set(c, ATTEMPT, token, maxAgeSeconds),
    clearAttempt: (c) => set(c, ATTEMPT, '', 0),
    readDevice: (c) => readCookie(c, DEVICE),
    setDevice: (c, token, maxAgeSeconds) => set(c, DEVICE, token, maxAgeSeconds),
  }
}

/**
 * The value of one cookie. Two different values under one name are none at all: a neighbouring subdomain can add a
 * cookie of its own but cannot take ours away, so a doubled name means somebody slips a session under the user.
 */
const readCookie = (c: Context, name: string): string | undefined => {
  const header = c.req.header('cookie')
  if (header === undefined) return undefined
  let found: string | undefined
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=')
    if (equals < 0 || pair.slice(0, equals).trim() !== name) continue
    const value = pair.slice(equals + 1).trim()
    if (!TOKEN.test(value) || (found !== undefined && found !== value)) return undefined
    found = value
  }
  return found
}
