import type { JsonObject } from '../kernel/json.ts'
import { isJsonObject } from '../kernel/json.ts'
import { unsafeTransportFault } from './registered-uri.ts'

/** Under this name the origins of a client are found. */
export const ALLOWED_ORIGIN_KEY = 'allowed-origin'

/** `https://*.example.org`: every name below the domain, not the domain itself. */
const WILDCARD = '*.'

/** No name in the DNS has more characters (RFC 1035 §2.3.4), and none that anybody uses has more labels. */
const MOST_CHARACTERS = 300
const MOST_LABELS = 20

/**
 * The origin that `allowed_origins` means (Fetch §3.2: scheme, host and port), as browsers write it; path, query and
 * fragment do not count. Undefined where it is none: a star alone would let in everybody.
 */
export const originOf = (text: string): string | undefined => {
  const [, scheme = '', star = '', rest = ''] = /^(https?:\/\/)(\*\.)?(.*)$/i.exec(text) ?? []
  const url = `${scheme}${rest}`
  if (text.length > MOST_CHARACTERS || text.includes('\\') || !URL.canParse(url)) return undefined
  const { origin, host, hostname, protocol, username, password } = new URL(url)
  if (username !== '' || password !== '' || hostname.includes('*')) return undefined
  if (hostname.split('.').includes('')) return undefined
  if (star === '') return origin
  // NOTE: below a top-level domain anybody has a name; below localhost only this machine.
  const isDomain = /[a-z]/.test(hostname) && (hostname.includes('.') || hostname === 'localhost')
  return isDomain ? `${protocol}//${WILDCARD}${host}` : undefined
}

/** Tells why a text cannot stand in `allowed_origins`, or undefined when it can. */
export const allowedOriginFault = (text: string): string | undefined => {
  const origin = originOf(text)
  return origin === undefined
    ? 'must be an http or https origin such as https://app.example.org or https://*.example.org'
    : unsafeTransportFault(origin.replace(WILDCARD, ''))
}

/** The origins whose scripts may call for a client: those it lists, and where its answers go. None of an inactive client. */
export const allowedOriginsOf = (document: JsonObject): readonly string[] => {
  if (document.active === false) return []
  const flows = isJsonObject(document.auth) ? Object.values(document.auth).filter(isJsonObject) : []
  const listed = [
    document.allowed_origins,
    ...flows.flatMap(({ redirect_uri: one, redirect_uris: several }) => [one, several]),
  ].flat()
  const origins = listed.flatMap((text) => (typeof text === 'string' ? [originOf(text)] : []))
  return [...new Set(origins.filter((origin) => origin !== undefined))]
}

/** Every allowed origin that would let in the origin of a request; none for what no browser sends. */
export const originsThatAllow = (origin: string): readonly string[] => {
  // NOTE: also `null`, what files and sandboxed frames say of themselves: it is anybody.
  if (originOf(origin) !== origin || origin.includes('*')) return []
  const [scheme = '', host = ''] = origin.split('://')
  const labels = host.split('.')
  if (labels.length > MOST_LABELS) return []
  const parents = labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'))
  return [origin, ...parents.map((parent) => `${scheme}://${WILDCARD}${parent}`)]
}
