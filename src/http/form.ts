import type { Context } from 'hono'
import { malformed, Problem } from '../kernel/problem.ts'
import { readBody } from './body.ts'
import { mediaTypeOf } from './media-type.ts'

/** Parameters by name, one value each. */
export type Form = ReadonlyMap<string, string>

/** Parameters in the order they came, a name as often as it came. */
export type Pairs = readonly (readonly [name: string, value: string])[]

const FORM_TYPE = 'application/x-www-form-urlencoded'
const FORM_LIMIT_BYTES = 64 * 1024

/**
 * Reads a body of application/x-www-form-urlencoded, at most 64 KiB.
 * @throws {Problem} unsupported-media-type; too-large; malformed — a name twice, invalid escape or UTF-8, NUL
 */
export const readForm = async (c: Context): Promise<Form> => once(await readFormPairs(c))

/** As {@link readForm}, where a name may come more than once. */
export const readFormPairs = async (c: Context): Promise<Pairs> => {
  const type = mediaTypeOf(c.req.header('content-type'))
  if (type.kind === 'invalid' || (type.kind === 'given' && (type.name !== FORM_TYPE || !type.isUtf8)))
    throw new Problem({
      kind: 'unsupported-media-type',
      message: `expected Content-Type: ${FORM_TYPE} in UTF-8`,
    })
  const body = await readBody(c, FORM_LIMIT_BYTES)
  if (type.kind === 'missing' && body.byteLength > 0)
    throw new Problem({ kind: 'unsupported-media-type', message: `say Content-Type: ${FORM_TYPE}` })
  return parsePairs(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('latin1'))
}

/**
 * Reads the query by the same rule as a form.
 * @throws {Problem} malformed — a name twice, invalid escape or UTF-8, NUL
 */
export const readQuery = (c: Context): Form => once(readQueryPairs(c))

/** As {@link readQuery}, where a name may come more than once. */
export const readQueryPairs = (c: Context): Pairs => {
  const url = c.req.raw.url
  const start = url.indexOf('?')
  if (start < 0) return []
  const end = url.indexOf('#', start)
  return parsePairs(
    Buffer.from(end < 0 ? url.slice(start + 1) : url.slice(start + 1, end)).toString('latin1'),
  )
}

/**
 * Parses `name=value&…` (WHATWG URL §5.1), but strictly.
 * @param text each character is one byte of the encoded form
 * @throws {Problem} malformed — a name twice, invalid escape or UTF-8, NUL
 */
export const parseForm = (text: string): Form => once(parsePairs(text))

/** As {@link parseForm}, where a name may come more than once. */
export const parsePairs = (text: string): Pairs =>
  text
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=')
      const name = decode(equals < 0 ? pair : pair.slice(0, equals), undefined)
      return [name, equals < 0 ? '' : decode(pair.slice(equals + 1), name)]
    })

/**
 * @throws {Problem} malformed — a name twice
 * NOTE: two readers of one request may pick different values of a doubled name (RFC 6749 §3.1).
 */
export const once = (pairs: Pairs): Form => {
  const form = new Map<string, string>()
  for (const [name, value] of pairs) {
    if (form.has(name)) throw malformed('sent more than once; send it once', printable(name))
    form.set(name, value)
  }
  return form
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const PLAIN = /^[!-$&-*,-~]*$/
const ASCII = /^[\0-\x7f]*$/
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/

const decode = (encoded: string, parameter: string | undefined): string => {
  if (PLAIN.test(encoded)) return encoded
  const path = parameter === undefined ? undefined : printable(parameter)
  if (BAD_ESCAPE.test(encoded))
    throw malformed('contains a % that two hexadecimal digits do not follow; write it as %25', path)
  const bytes = encoded
    .replaceAll('+', ' ')
    .replaceAll(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  // NOTE: most values are ASCII, where the bytes are the text and a decoder would cost more than all the rest.
  const text = ASCII.test(bytes) ? bytes : decodeUtf8(Buffer.from(bytes, 'latin1'))
  if (text === undefined) throw malformed('is not valid UTF-8', path)
  if (text.includes('\0')) throw malformed('contains a NUL character', path)
  return text
}

const decodeUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

/** A name as it may be shown in a message: short, without control characters. */
const printable = (name: string): string => {
  const clean = name.replaceAll(/\p{C}/gu, '\u{fffd}')
  return clean.length > 80 ? `${clean.slice(0, 80)}…` : clean
}
