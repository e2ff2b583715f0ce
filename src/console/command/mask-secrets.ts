import type { Document, Node, Pair, YAMLMap } from 'yaml'
import type { Span, TypedRequest } from './request-text.ts'
import { parseRequests } from './request-text.ts'
import { isPlainHeader, isPrivateKeyPart, isSecretName, MASK } from './secret-names.ts'

export type Yaml = Pick<
  typeof import('yaml'),
  'parseDocument' | 'isAlias' | 'isMap' | 'isPair' | 'isScalar' | 'isSeq'
>

interface Edit extends Span {
  readonly text: string
}

/** Signed tokens and the credentials in an address give themselves away, wherever they stand. */
const TOKENS = /\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)*/g
const USER_INFO = /(?<=:\/\/)[^\s/?#@'"]+(?=@)/g

/**
 * Masks every secret in a document of requests: values of headers, parameters and attributes that hold one, whatever the
 * body is written in. All else stays as it was typed. Where a body cannot be read, too much is masked rather than too little.
 */
export const createMasker = (yaml: Yaml): ((text: string) => string) => {
  const mask = (text: string): string => {
    const edits = parseRequests(text).requests.flatMap((request) => editsOf(request, text))
    const masked = applyEdits(text, edits)
    return withoutRemarks(masked).replaceAll(TOKENS, MASK).replaceAll(USER_INFO, MASK)
  }

  const editsOf = (request: TypedRequest, text: string): readonly Edit[] => [
    ...targetEdits(request),
    ...request.headers.flatMap(({ name, value, valueSpan, from, to }) => {
      if (value === '' || value === MASK || isPlainHeader(name)) return []
      // NOTE: nobody knows how much of a value in quotes over several lines is meant; the line is all there is.
      return [
        { ...(text.slice(valueSpan.from, valueSpan.to) === value ? valueSpan : { from, to }), text: MASK },
      ]
    }),
    ...bodyEdits(request),
  ]

  const bodyEdits = ({ body, target }: TypedRequest): readonly Edit[] => {
    if (body === undefined) return []
    const { from, text } = body
    const at = (edit: Edit): Edit => ({ ...edit, from: edit.from + from, to: edit.to + from })
    if (/^\s*[\w.%+-]+=\S*\s*$/.test(text)) {
      const masked = maskPairs(text, target)
      return masked === text ? [] : [{ from, to: body.to, text: masked }]
    }
    return (documentEdits(text, target) ?? lineEdits(text, target)).map(at)
  }

  /** Undefined where the body is not YAML; JSON is. */
  const documentEdits = (text: string, target: string): readonly Edit[] | undefined => {
    try {
      const document = yaml.parseDocument(text, {
        uniqueKeys: false,
        logLevel: 'silent',
        prettyErrors: false,
      })
      if (document.errors.length > 0 || yaml.isScalar(document.contents)) return undefined
      return editsOfDocument(document, text, target)
    } catch {
      // NOTE: a body as deep as the stack is.
      return undefined
    }
  }

  const editsOfDocument = (document: Document.Parsed, text: string, target: string): readonly Edit[] => {
    const edits: Edit[] = []
    const anchors = new Set<string>()

    const hide = (node: Node): void => {
      if (yaml.isAlias(node)) {
        anchors.add(node.source)
        return
      }
      if (yaml.isScalar(node) && (node.value === null || typeof node.value === 'boolean')) return
      const [from = 0, to = 0] = node.range ?? []
      const source = text.slice(from, to)
      if (source.trim() === '') return
      // NOTE: without quotes it would be an alias of YAML.
      edits.push({ from, to, text: `"${MASK}"${source.endsWith('\n') ? '\n' : ''}` })
    }

    const hideScalars = (node: unknown): void => {
      if (yaml.isMap(node)) for (const { value } of node.items) hideScalars(value)
      else if (yaml.isSeq(node)) for (const item of node.items) hideScalars(item)
      else if (yaml.isScalar(node) || yaml.isAlias(node)) hide(node)
    }

    const namesOf = (map: YAMLMap): readonly string[] => map.items.map(({ key }) => nameOf(key))
    const nameOf = (key: unknown): string => (yaml.isScalar(key) ? String(key.value) : '')

    const walkPair = ({ key, value }: Pair, map: YAMLMap, parent: string): void => {
      const name = nameOf(key)
      const isPatchOfSecret = name === 'value' && isSecretPointer(map.get('path'), target)
      const isCommand =
        name === 'command' && yaml.isScalar(value) && mask(String(value.value)) !== value.value
      if (name === 'headers' || isPatchOfSecret) hideScalars(value)
      // NOTE: `Client.auth.password` is a flow, not a password.
      else if (parent === 'auth' && yaml.isMap(value)) walk(value, name)
      else if (isCommand || isSecretName(name, target) || isPrivateKeyPart(name, namesOf(map))) {
        if (yaml.isMap(value) || yaml.isSeq(value)) hideScalars(value)
        else if (yaml.isScalar(value) || yaml.isAlias(value)) hide(value)
      } else walk(value, name)
    }

    const walk = (node: unknown, parent: string): void => {
      if (yaml.isMap(node)) for (const pair of node.items) walkPair(pair, node, parent)
      else if (yaml.isSeq(node)) for (const item of node.items) walk(item, parent)
    }

    const hideAnchored = (node: unknown): void => {
      if (yaml.isPair(node)) {
        hideAnchored(node.value)
        return
      }
      if ((yaml.isScalar(node) || yaml.isMap(node) || yaml.isSeq(node)) && anchors.has(node.anchor ?? ''))
        hideScalars(node)
      else if (yaml.isMap(node) || yaml.isSeq(node)) for (const item of node.items) hideAnchored(item)
    }

    walk(document.contents, '')
    if (anchors.size > 0) hideAnchored(document.contents)
    return edits
  }

  return mask
}

const targetEdits = ({ target, targetSpan }: TypedRequest): readonly Edit[] => {
  const masked = maskPairs(target, target)
  return masked === target ? [] : [{ ...targetSpan, text: masked }]
}

/** `name=value` after `?`, `&`, `#` or at the beginning. */
const maskPairs = (text: string, target: string): string =>
  text.replaceAll(/(^|[?&#])([^=&#?]+)=([^&#]+)/g, (whole, before: string, name: string) =>
    isSecretName(decoded(name), target) ? `${before}${name}=${MASK}` : whole,
  )

const decoded = (name: string): string => {
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')).trim()
  } catch {
    return name
  }
}

const isSecretPointer = (pointer: unknown, target: string): boolean =>
  typeof pointer === 'string' &&
  pointer.split('/').some((part) => part === 'headers' || isSecretName(part, target) || /^[dkpq]$/.test(part))

const NAME_AND_REST = /["']?([A-Za-z][\w-]*)["']?\s*[:=]\s*(.*)$/g

/** For what cannot be read: all that follows the name of a secret in its line, and lines that are indented deeper. */
const lineEdits = (text: string, target: string): readonly Edit[] => {
  const edits: Edit[] = []
  let deeperThan: number | undefined
  let from = 0
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/)
    if (deeperThan !== undefined && indent > deeperThan)
      edits.push({ from: from + indent, to: from + line.length, text: MASK })
    else if (indent !== -1) {
      const begin = secretAt(line, target)
      deeperThan = begin === undefined ? undefined : indent
      if (begin !== undefined && begin < line.trimEnd().length)
        edits.push({ from: from + begin, to: from + line.length, text: MASK })
    }
    from += line.length + 1
  }
  return edits
}

/** Where in a line the value of a secret begins. */
const secretAt = (line: string, target: string): number | undefined => {
  for (let start = 0; start < line.length; ) {
    NAME_AND_REST.lastIndex = start
    const match = NAME_AND_REST.exec(line)
    if (match === null) return undefined
    const [whole, name = '', rest = ''] = match
    if (isSecretName(name, target) || name === 'headers' || name === 'value')
      return match.index + whole.length - rest.length
    start = match.index + whole.indexOf(name) + name.length
  }
  return undefined
}

/** Remarks may hold what was tried before. */
const withoutRemarks = (text: string): string =>
  text.replaceAll(/(?:^|\s)(?:#|\/\/).*$/gm, (remark) => {
    const begin = secretAt(remark, '/auth/')
    return begin === undefined ? remark : `${remark.slice(0, begin)}${MASK}`
  })

const applyEdits = (text: string, edits: readonly Edit[]): string => {
  let done = ''
  let position = 0
  for (const { from, to, text: replacement } of edits.toSorted((a, b) => a.from - b.from)) {
    if (from < position) continue
    done += text.slice(position, from) + replacement
    position = to
  }
  return done + text.slice(position)
}
