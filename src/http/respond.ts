import type { Context } from 'hono'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { Theme } from '../html/theme.ts'
import { DEFAULT_THEME } from '../html/theme.ts'
import { makeAnswer, putHeader } from './answer-headers.ts'
import { PAGE_HEADERS } from './security-headers.ts'

interface PageOptions {
  /** Shown in a frame of our own pages: its forms send nothing, and it takes no focus. */
  readonly isPreview?: boolean
  readonly status?: number
  readonly theme?: Theme
  /** Redirect URIs of applications that a form of the page may lead to; their schemes join `form-action` (ADR 20). */
  readonly formTargets?: readonly string[]
  /** Whether it loads a script of ours; there are never any others, and none inline. */
  readonly hasScript?: boolean
  /** `no-referrer` where the page's own URL holds a secret; its forms then come with `Origin: null`. */
  readonly referrerPolicy?: 'same-origin' | 'no-referrer'
}

/** Answers with a page: UTF-8, never stored, under a policy without scripts and frames that loads only the theme's assets. */
export const page = async (
  c: Context,
  html: HtmlEscapedString | Promise<HtmlEscapedString>,
  options: PageOptions = {},
): Promise<Response> => {
  const content = await html
  putHeader(c, 'Content-Security-Policy', pagePolicy(options))
  // NOTE: `no-referrer` would make browsers send `Origin: null` with our own forms (Fetch §3.2); other sites get nothing here too.
  putHeader(c, 'Referrer-Policy', options.referrerPolicy ?? 'same-origin')
  putPageHeaders(c)
  if (options.isPreview === true) putHeader(c, 'X-Frame-Options', 'SAMEORIGIN')
  return answer(c, `${content}`, options.status ?? 200, 'text/html; charset=utf-8')
}

/** What every answer has that a browser shows as a page of ours. */
export const putPageHeaders = (c: Context): void => {
  for (const [name, value] of Object.entries(PAGE_HEADERS))
    putHeader(c, name as keyof typeof PAGE_HEADERS, value)
}

/** Answers 303 with the location byte for byte; only characters that a header cannot carry are escaped. */
export const redirect = (c: Context, location: string): Response => {
  // NOTE: what a header cannot carry would be a 500, or with CR and LF a second header.
  putHeader(
    c,
    'Location',
    location.replaceAll(/[^!-~]/gu, (character) => encodeURIComponent(character.toWellFormed())),
  )
  return answerEmpty(c, 303)
}

/** Answers with text of a given type, never stored. */
export const answer = (c: Context, body: string, status: number, contentType: string): Response => {
  putHeader(c, 'Cache-Control', 'no-store')
  putHeader(c, 'Content-Type', contentType)
  return makeAnswer(c, body, status)
}

/** Answers with nothing but a status and headers, never stored. */
export const answerEmpty = (c: Context, status: number): Response => {
  putHeader(c, 'Cache-Control', 'no-store')
  return makeAnswer(c, null, status)
}

const pagePolicy = (options: PageOptions): string => {
  const { theme = DEFAULT_THEME, formTargets = [], hasScript = false, isPreview = false } = options
  return [
    "default-src 'none'",
    ...(hasScript ? ["script-src 'self'"] : []),
    directive('style-src', ["'self'", theme.styleUrl]),
    directive('img-src', ["'self'", 'data:', theme.brand?.kind === 'image' ? theme.brand.url : undefined]),
    isPreview
      ? "form-action 'none'"
      : directive('form-action', ["'self'", ...formTargets.flatMap(schemesBehind)]),
    isPreview ? "frame-ancestors 'self'" : "frame-ancestors 'none'",
    // NOTE: the origin stays ours, since our style sheet is for our own pages alone.
    ...(isPreview ? ['sandbox allow-same-origin'] : []),
    "base-uri 'none'",
  ].join('; ')
}

const directive = (name: string, sources: readonly (string | undefined)[]): string => {
  const allowed = sources.map(policySource).filter((source) => source !== undefined)
  return [name, ...new Set(allowed)].join(' ')
}

/**
 * NOTE: Chromium holds every redirect after a form against `form-action`, the application's own too, and an application
 * sends the browser on from its redirect URI to wherever it is at home (RFC 6749 §3.1.2.5).
 */
const schemesBehind = (redirectUri: string): readonly string[] => {
  if (!URL.canParse(redirectUri)) return []
  const { protocol } = new URL(redirectUri)
  return protocol === 'http:' ? ['http:', 'https:'] : [protocol]
}

const SCHEME = /^[a-z][a-z\d+.-]*:$/

/**
 * `'self'` as it is, a URL as its origin; an origin that a policy cannot name (CSP3 §2.3.1: IPv6) as its scheme. Nothing
 * for a host with `*`, `;` or `,`: a URL may have it, but in a policy it means more than that host.
 */
const policySource = (source: string | undefined): string | undefined => {
  if (source === undefined || source.startsWith('/')) return undefined
  if (source.startsWith("'") || SCHEME.test(source)) return source
  if (!URL.canParse(source)) return undefined
  const url = new URL(source)
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:'
  if (!isWeb || url.hostname.startsWith('[')) return url.protocol
  return /^[\w.-]+$/.test(url.hostname) ? url.origin : undefined
}
