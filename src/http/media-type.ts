/** A Content-Type header, read. `name` is lower case without parameters. */
export type MediaType =
  | { readonly kind: 'missing' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'given'; readonly name: string; readonly isUtf8: boolean }

const TYPE = /^[a-z0-9!#$&^_.+-]+(?:\/[a-z0-9!#$&^_.+-]+)?$/
const CHARSET = /;\s*charset\s*=\s*("?)([^";\s]*)\1\s*(?:;|$)/i

/** Reads a Content-Type (RFC 9110 §8.3); US-ASCII counts as UTF-8, of which it is a part. */
export const mediaTypeOf = (header: string | undefined): MediaType => {
  if (header === undefined || header.trim() === '') return { kind: 'missing' }
  const semicolon = header.indexOf(';')
  const name = (semicolon < 0 ? header : header.slice(0, semicolon)).trim().toLowerCase()
  if (!TYPE.test(name)) return { kind: 'invalid' }
  const charset = semicolon < 0 ? undefined : CHARSET.exec(header.slice(semicolon))?.[2]?.toLowerCase()
  return { kind: 'given', name, isUtf8: charset === undefined || /^(?:utf-?8|us-ascii)$/.test(charset) }
}
