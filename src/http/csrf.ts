import { createHmac } from 'node:crypto'
import type { Context } from 'hono'
import { Problem } from '../kernel/problem.ts'
import { equalSecrets } from '../kernel/secret-token.ts'
import type { Cookies } from './cookies.ts'
import type { Fields } from './fields.ts'
import type { Form } from './form.ts'

/** Proof that a form was sent from a page that this server gave to this browser, login forms included. */
export interface Csrf {
  /** To print in a hidden field `csrf`: the HMAC of the flow cookie. */
  token(c: Context): string
  /** @throws {Problem} forbidden — cross-site by Sec-Fetch-Site or Origin, or the token is missing or wrong */
  verify(c: Context, form: Form): void
  /**
   * As `verify`, for what programs send too: the token may be left out of a body declared as JSON, which another site
   * cannot send without asking first, and we allow nobody's.
   * @throws {Problem} forbidden
   */
  verifyFields(c: Context, fields: Fields): void
}

interface CsrfDeps {
  readonly key: Uint8Array
  /** The public origin, `https://id.example.org`. */
  readonly origin: string
  readonly cookies: Cookies
}

export const createCsrf = (deps: CsrfDeps): Csrf => {
  const token = (c: Context): string =>
    createHmac('sha256', deps.key).update(deps.cookies.flowHash(c)).digest('base64url')

  const verify: Csrf['verify'] = (c, form) => {
    refuseCrossSite(c, deps.origin)
    const given = form.get('csrf')
    if (given === undefined || !equalSecrets(given, token(c)))
      throw forbidden('This form is out of date. Open the page again, then try once more.')
  }

  return {
    token,
    verify,
    verifyFields: (c, { values, isJson }) => {
      if (isJson && !values.has('csrf')) refuseCrossSite(c, deps.origin)
      else verify(c, values)
    },
  }
}

/** Lets pass what says it comes from our own pages, and what says nothing: the token decides then. */
const refuseCrossSite = (c: Context, origin: string): void => {
  const site = c.req.header('sec-fetch-site')
  const isSameOrigin = site === 'same-origin' || site === 'none'
  const sender = c.req.header('origin')
  // NOTE: browsers told to send no referrer send `Origin: null` from our own pages; their Sec-Fetch-Site still tells.
  const isSenderKnown = sender === undefined || sender === origin || (sender === 'null' && isSameOrigin)
  if ((site !== undefined && !isSameOrigin) || !isSenderKnown)
    throw forbidden('This form was sent from another site. Open the page here, then try once more.')
}

const forbidden = (message: string): Problem => new Problem({ kind: 'forbidden', message, isOfForm: true })
