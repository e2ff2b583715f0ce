import type { Context } from 'hono'
import { Problem } from '../kernel/problem.ts'
import { mediaTypeOf } from './media-type.ts'

export type DocumentFormat = 'json' | 'yaml'

/** `sniff`: JSON where it parses as JSON, else YAML. The patches are JSON or, undeclared, YAML too. */
export interface RequestFormat {
  readonly format: DocumentFormat | 'sniff'
  readonly patch: 'merge' | 'json-patch' | 'undeclared'
}

const REQUEST_FORMATS: Readonly<Record<string, RequestFormat>> = {
  json: { format: 'json', patch: 'undeclared' },
  'application/json': { format: 'json', patch: 'undeclared' },
  'application/fhir+json': { format: 'json', patch: 'undeclared' },
  'application/merge-patch+json': { format: 'json', patch: 'merge' },
  'application/json-patch+json': { format: 'json', patch: 'json-patch' },
  'text/yaml': { format: 'yaml', patch: 'undeclared' },
  'application/yaml': { format: 'yaml', patch: 'undeclared' },
  'application/x-yaml': { format: 'yaml', patch: 'undeclared' },
  // NOTE: what `curl --data-binary` says of everything.
  'application/x-www-form-urlencoded': { format: 'sniff', patch: 'undeclared' },
}

/** The format of a resource body. @throws {Problem} unsupported-media-type — another type, or a charset besides UTF-8 */
export const requestFormat = (c: Context): RequestFormat => {
  const type = mediaTypeOf(c.req.header('content-type'))
  if (type.kind === 'missing') return { format: 'sniff', patch: 'undeclared' }
  const known = type.kind === 'given' && Object.hasOwn(REQUEST_FORMATS, type.name)
  const format = known ? REQUEST_FORMATS[type.name] : undefined
  if (format === undefined)
    throw unsupported('expected Content-Type application/json, application/fhir+json or text/yaml')
  if (type.kind === 'given' && !type.isUtf8) throw unsupported('expected UTF-8, without another charset')
  return format
}

const RESPONSE_TYPES: Readonly<
  Record<string, { readonly format: DocumentFormat; readonly contentType: string }>
> = {
  json: { format: 'json', contentType: 'application/json; charset=utf-8' },
  'application/json': { format: 'json', contentType: 'application/json; charset=utf-8' },
  'application/fhir+json': { format: 'json', contentType: 'application/fhir+json; charset=utf-8' },
  yaml: { format: 'yaml', contentType: 'text/yaml; charset=utf-8' },
  'text/yaml': { format: 'yaml', contentType: 'text/yaml; charset=utf-8' },
  'application/yaml': { format: 'yaml', contentType: 'application/yaml; charset=utf-8' },
  'application/x-yaml': { format: 'yaml', contentType: 'text/yaml; charset=utf-8' },
  'text/*': { format: 'yaml', contentType: 'text/yaml; charset=utf-8' },
}

export interface ResponseFormat {
  readonly format: DocumentFormat
  readonly contentType: string
}

const JSON_RESPONSE: ResponseFormat = { format: 'json', contentType: 'application/json; charset=utf-8' }

/**
 * The format of a resource answer: `_format`, else the best of Accept. Browsers, `*` and nothing at all get JSON.
 * @throws {Problem} not-acceptable — nothing that is asked for exists
 */
export const responseFormat = (c: Context): ResponseFormat => {
  // NOTE: a plus in a query is a blank, but `application/fhir+json` is what people type.
  const wanted = c.req.query('_format')?.trim().toLowerCase().replace(' ', '+')
  if (wanted !== undefined && wanted !== '') {
    const chosen = Object.hasOwn(RESPONSE_TYPES, wanted) ? RESPONSE_TYPES[wanted] : undefined
    if (chosen === undefined) throw notAcceptable('_format is json or yaml')
    return chosen
  }
  const ranges = acceptedRanges(c.req.header('accept'))
  if (ranges.length === 0) return JSON_RESPONSE
  for (const range of ranges) {
    if (range.quality === 0) continue
    if (Object.hasOwn(RESPONSE_TYPES, range.type)) return RESPONSE_TYPES[range.type] ?? JSON_RESPONSE
    if (JSON_RANGES.has(range.type)) return JSON_RESPONSE
  }
  throw notAcceptable('Accept names neither application/json nor text/yaml')
}

/** As {@link responseFormat}, but JSON where nothing fits: for errors, which have to be told anyway. */
export const responseFormatOrJson = (c: Context): ResponseFormat => {
  try {
    return responseFormat(c)
  } catch {
    return JSON_RESPONSE
  }
}

const JSON_RANGES = new Set(['*/*', '*', 'application/*', 'text/html', 'application/xhtml+xml'])

/**
 * Whether a page is the right answer of an `/auth/*` route: to browsers, and to all that do not prefer JSON. Who accepts
 * anything is answered as asked: in JSON where the body is JSON, or where a token is brought, which no page does.
 */
export const prefersHtml = (c: Context): boolean => {
  const ranges = acceptedRanges(c.req.header('accept'))
  const best = ranges.find(
    (range) =>
      range.quality > 0 && (isJson(range.type) || HTML_RANGES.has(range.type) || ANY_RANGES.has(range.type)),
  )
  if (best === undefined || ANY_RANGES.has(best.type)) return !asksInJson(c)
  return !isJson(best.type)
}

const HTML_RANGES = new Set(['text/html', 'application/xhtml+xml', 'text/*'])
const ANY_RANGES = new Set(['*/*', '*'])

const asksInJson = (c: Context): boolean => {
  const type = mediaTypeOf(c.req.header('content-type'))
  return (
    (type.kind === 'given' && isJson(type.name)) ||
    /^bearer(?: |$)/i.test(c.req.header('authorization') ?? '')
  )
}

const isJson = (type: string): boolean => type === 'json' || /^application\/(?:[\w.-]+\+)?json$/.test(type)

interface AcceptedRange {
  readonly type: string
  readonly quality: number
}

/** Accept (RFC 9110 §12.5.1), best first; equals in the order given. Entries beyond any honest number are dropped. */
const acceptedRanges = (header: string | undefined): readonly AcceptedRange[] =>
  (header ?? '')
    .slice(0, 2048)
    .split(',')
    .map((entry) => {
      const [type = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase())
      const quality = parameters.find((parameter) => /^q\s*=/.test(parameter))?.split('=')[1]
      return { type, quality: quality === undefined ? 1 : Number(quality) || 0 }
    })
    .filter((range) => range.type !== '')
    .toSorted((left, right) => right.quality - left.quality)

const unsupported = (message: string): Problem => new Problem({ kind: 'unsupported-media-type', message })
const notAcceptable = (message: string): Problem => new Problem({ kind: 'not-acceptable', message })
