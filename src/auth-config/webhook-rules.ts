const MOST_HEADERS = 50
const LONGEST_HEADER = 4096

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/

/** What the transport itself says: another value would break the message or point it elsewhere (RFC 9112 §6, §9). */
const RESERVED = new Set([
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy-connection',
])

/**
 * What keeps headers from being sent as they are (RFC 9110 §5), by name and never with a value; empty where nothing does.
 */
export const webhookHeadersFault = (
  headers: Readonly<Record<string, string>>,
): readonly { readonly name: string; readonly fault: string }[] => {
  const names = Object.keys(headers)
  if (names.length > MOST_HEADERS)
    return [{ name: names[MOST_HEADERS] ?? '', fault: `expected at most ${MOST_HEADERS} headers` }]
  const seen = new Set<string>()
  return names.flatMap((name) => {
    const fault = headerFault(name, headers[name] ?? '', seen)
    seen.add(name.toLowerCase())
    return fault === undefined ? [] : [{ name: name.slice(0, 100), fault }]
  })
}

const headerFault = (name: string, value: string, seen: ReadonlySet<string>): string | undefined => {
  if (!TOKEN.test(name)) return 'is not a header name (RFC 9110 §5.1)'
  if (RESERVED.has(name.toLowerCase())) return 'cannot be set; the request says it itself'
  if (seen.has(name.toLowerCase())) return 'is there twice; case does not count'
  if (value.length > LONGEST_HEADER) return `expected at most ${LONGEST_HEADER} characters`
  if (!/^[\t\x20-\x7e]*$/.test(value)) return 'expected printable ASCII without line breaks'
  return undefined
}
