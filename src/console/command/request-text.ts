/** From the first character to before the last, in the text. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface TypedHeader extends Span {
  readonly name: string
  readonly value: string
  /** Where the value is; empty where there is none. */
  readonly valueSpan: Span
}

/** One request as it was typed; every part knows where it stands. */
export interface TypedRequest extends Span {
  readonly method: string
  readonly methodSpan: Span
  /** The path and query, continued lines joined: `AuthConfig/myconfig`. */
  readonly target: string
  readonly targetSpan: Span
  readonly headers: readonly TypedHeader[]
  /** Without the blank lines around it; undefined where nothing was typed. */
  readonly body: (Span & { readonly text: string }) | undefined
}

export interface TextFault extends Span {
  readonly message: string
}

export interface RequestText {
  readonly requests: readonly TypedRequest[]
  readonly faults: readonly TextFault[]
}

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

/** What these methods carry beside path and headers is not sent. */
export const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS'])

const REQUEST_LINE = /^([A-Z]{3,10})[ \t\u00a0]+(\S+)((?:[ \t\u00a0]+HTTP\/[\d.]+)?[\s\u00a0]*)$/
// NOTE: read once however many blanks there are: none may be tried as the first of a run but the first.
const HEADER = /^([!#$%&'*+.^_`|~\w-]+)[ \t]*:[ \t]*([^\r]*)\r?$/
const CONTINUED = /(?<![ \t])[ \t]*\\[ \t\r]*$/
const SEPARATOR = /^###/

interface Line extends Span {
  readonly text: string
}

/**
 * Reads a document of requests. Each is `METHOD path`, headers until a blank line, then the body. The next one begins at
 * a line `METHOD path` that begins the line and follows a blank line or headers, or after a line that begins with `###`.
 * A path may go on after `\` at the end of a line. Before a request, lines with `#` or `//` are remarks.
 */
export const parseRequests = (text: string): RequestText => {
  const lines = linesOf(text)
  const requests: TypedRequest[] = []
  const faults: TextFault[] = []
  let index = 0
  while (index < lines.length) {
    const line = lines[index]
    if (line === undefined) break
    if (isRequestLine(line.text)) {
      const { request, next } = parseRequest(lines, index, faults)
      requests.push(request)
      index = next
      continue
    }
    if (!isRemark(line.text)) faults.push(strayLine(line))
    index += 1
  }
  return { requests, faults }
}

/** The request that a position is in, or the one before it; the first where it is before all. */
export const requestAt = ({ requests }: RequestText, position: number): TypedRequest | undefined =>
  requests.findLast(({ from }) => from <= position) ?? requests[0]

const linesOf = (text: string): readonly Line[] => {
  let from = 0
  return text.split('\n').map((line) => {
    const found = { text: line, from, to: from + line.length }
    from += line.length + 1
    return found
  })
}

const isBlank = (line: string): boolean => line.trim() === ''

const isRemark = (line: string): boolean => isBlank(line) || /^\s*(?:#|\/\/)/.test(line)

/** Whether a line begins a request: a method in capitals at its very beginning, and one path. */
export const isRequestLine = (line: string): boolean => {
  const [, method = ''] = REQUEST_LINE.exec(line.replace(CONTINUED, '')) ?? []
  return (METHODS as readonly string[]).includes(method)
}

const strayLine = ({ text, from, to }: Line): TextFault => {
  const [, method, path] = /^\s*(\w+)[ \t]+(\S+)\s*$/.exec(text) ?? []
  const isMethod = (METHODS as readonly string[]).includes(method?.toUpperCase() ?? '')
  const message = isMethod
    ? `write the method in capitals at the beginning of the line: ${method?.toUpperCase()} ${path}`
    : 'expected a request: METHOD path, such as GET /User'
  return { from, to, message }
}

const parseRequest = (
  lines: readonly Line[],
  first: number,
  faults: TextFault[],
): { readonly request: TypedRequest; readonly next: number } => {
  const { line, target, targetSpan, method, next: afterTarget } = parseRequestLine(lines, first)
  const headers: TypedHeader[] = []
  let index = afterTarget
  let end = targetSpan.to
  for (; index < lines.length; index += 1) {
    const header = lines[index]
    if (header === undefined || isBlank(header.text) || isNext(header.text)) break
    // NOTE: JSON right below the path is so often typed that it is understood.
    if (/^[{[]/.test(header.text)) break
    const parsed = parseHeader(header)
    if (parsed === undefined) faults.push({ from: header.from, to: header.to, message: NO_HEADER })
    else headers.push(parsed)
    end = header.to
  }
  const { body, next } = parseBody(lines, index)
  return {
    request: {
      from: line.from,
      to: body?.to ?? end,
      method,
      methodSpan: { from: line.from, to: line.from + method.length },
      target,
      targetSpan,
      headers,
      body,
    },
    next,
  }
}

const NO_HEADER = 'expected a header (Name: value), or a blank line before the body'

const isNext = (line: string): boolean => SEPARATOR.test(line) || isRequestLine(line)

const parseRequestLine = (lines: readonly Line[], first: number) => {
  const line = lines[first] ?? { text: '', from: 0, to: 0 }
  const [, method = '', start = ''] = REQUEST_LINE.exec(line.text.replace(CONTINUED, '')) ?? []
  const from = line.from + line.text.indexOf(start, method.length)
  let target = start
  let index = first
  let to = from + start.length
  while (CONTINUED.test(lines[index]?.text ?? '')) {
    index += 1
    const more = lines[index]
    if (more === undefined) break
    const part = more.text.replace(CONTINUED, '').trim()
    target += part
    to = more.from + more.text.indexOf(part) + part.length
  }
  return { line, method, target, targetSpan: { from, to }, next: index + 1 }
}

const parseHeader = ({ text, from, to }: Line): TypedHeader | undefined => {
  const [, name, rest = ''] = HEADER.exec(text) ?? []
  if (name === undefined) return undefined
  const value = rest.trimEnd()
  const begin = value === '' ? from + text.length : from + text.indexOf(value, text.indexOf(':') + 1)
  return { name, value, from, to, valueSpan: { from: begin, to: begin + value.length } }
}

const parseBody = (
  lines: readonly Line[],
  start: number,
): { readonly body: TypedRequest['body']; readonly next: number } => {
  let next = start
  while (next < lines.length) {
    const text = lines[next]?.text ?? ''
    if (SEPARATOR.test(text)) break
    if (isRequestLine(text) && isBlank(lines[next - 1]?.text ?? '')) break
    // NOTE: a request right below headers: no blank line, no body.
    if (next === start && isRequestLine(text)) break
    next += 1
  }
  const inside = lines.slice(start, next)
  const begin = inside.findIndex(({ text }) => !isBlank(text))
  if (begin === -1) return { body: undefined, next }
  const last = inside.findLast(({ text }) => !isBlank(text))
  const kept = inside.slice(begin, inside.findLastIndex(({ text }) => !isBlank(text)) + 1)
  const from = inside[begin]?.from ?? 0
  return { body: { from, to: last?.to ?? from, text: kept.map(({ text }) => text).join('\n') }, next }
}
