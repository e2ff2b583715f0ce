import type { Span, TypedRequest } from '../../../../src/console/command/request-text.ts'
import { BODILESS } from '../../../../src/console/command/request-text.ts'
import { MASK } from '../../../../src/console/command/secret-names.ts'
import type { Asked } from '../../api/exchange.ts'

export type Exchangeable =
  | { readonly kind: 'ready'; readonly asked: Asked }
  | (Span & { readonly kind: 'fault'; readonly message: string })

/** Headers that a browser keeps for itself (https://fetch.spec.whatwg.org/#forbidden-request-header). */
const KEPT_BY_BROWSER =
  /^(?:accept-(?:charset|encoding)|access-control-.*|connection|content-length|cookie2?|date|dnt|expect|host|keep-alive|origin|referer|set-cookie|te|trailer|transfer-encoding|upgrade|via|(?:proxy|sec)-.*)$/i

export const isKeptByBrowser = (name: string): boolean => KEPT_BY_BROWSER.test(name)

/**
 * Makes of a typed request what is sent: the slash before the path, JSON as what is wanted back, and a content type by
 * the look of the body, each only where nothing else was typed.
 */
export const toExchange = (request: TypedRequest, origin: string): Exchangeable => {
  const { method, target, targetSpan } = request
  const masked = maskedPart(request)
  if (masked !== undefined)
    return {
      kind: 'fault',
      ...masked,
      message: `a secret was masked as ${MASK} when this was kept: type it again`,
    }
  const path = pathOf(target, origin)
  if (path === undefined)
    return { kind: 'fault', ...targetSpan, message: `only this server is asked: write a path, such as /User` }
  const headers = new Map<string, string>()
  for (const { name, value, from, to } of request.headers) {
    if (/[^\t\x20-\x7e\x80-\xff]/.test(value))
      return { kind: 'fault', from, to, message: 'a header holds only characters of Latin-1' }
    const key = name.toLowerCase()
    const before = headers.get(key)
    headers.set(key, before === undefined ? value : `${before}, ${value}`)
  }
  if (!headers.has('accept')) headers.set('accept', 'application/json')
  const body = BODILESS.has(method) ? undefined : request.body?.text
  if (body !== undefined && !headers.has('content-type')) headers.set('content-type', sniff(body))
  return {
    kind: 'ready',
    asked: { method, path, headers: Object.fromEntries(headers), ...(body === undefined ? {} : { body }) },
  }
}

/** Where nobody could mean it; these resources take it for: keep the secret that is stored. */
const KEEPS_MASKED = /^\/?(?:fhir\/)?(?:AuthConfig|TokenIntrospector)\b/
const MASKED_VALUE = /(?<![^\s:="'])\*\*\*(?![^\s"'&,}\]])/

const maskedPart = ({ target, targetSpan, headers, body }: TypedRequest): Span | undefined => {
  if (MASKED_VALUE.test(target)) return targetSpan
  const header = headers.find(({ value }) => value === MASK)
  if (header !== undefined) return header
  const found = body === undefined || KEEPS_MASKED.test(target) ? null : MASKED_VALUE.exec(body.text)
  if (found === null || body === undefined) return undefined
  return { from: body.from + found.index, to: body.from + found.index + MASK.length }
}

/** A path of this server with its query; undefined where it leads elsewhere. */
const pathOf = (target: string, origin: string): string | undefined => {
  const isWhole = /^[a-z][a-z\d+.-]*:\/\//i.test(target)
  const given = isWhole || target.startsWith('/') ? target : `/${target}`
  // NOTE: what follows a `//` or `/\` would be a host.
  if (!URL.canParse(given, origin) || /^\/[/\\]/.test(given)) return undefined
  const url = new URL(given, origin)
  return url.origin === origin ? `${url.pathname}${url.search}` : undefined
}

/** JSON begins with a bracket; everything else is YAML. */
const sniff = (body: string): string => (/^\s*[{[]/.test(body) ? 'application/json' : 'text/yaml')
