import type { Document, Node, Pair, YAMLMap } from 'yaml'
import type { Span, TypedRequest } from './request-text.ts'
import { parseRequests } from './request-text.ts'
import { lineEdits, secretAt } from './secret-lines.ts'
import { isPlainHeader, isPrivateKeyPart, isSecretName, MASK } from './secret-names.ts'

export type Yaml = Pick<
  typeof import('yaml'),
  'parseDocument' | 'isAlias' | 'isMap' | 'isPair' | 'isScalar' | 'isSeq'
>

interface Edit extends Span {
  readonly text: string
}

/** These give themselves away wherever they stand: private keys, credentials in an address and in a line of curl. */
const GIVEN_AWAY = [
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g,
  /(?<=:\/\/)[^\s/?#@'"]+(?=@)/g,
  /(?<=\s(?:-u|--user)[ =]['"]?)[^\s'"]+/g,
]

/** A body with more anchors and aliases, or more brackets within each other, takes long to compose; nobody typed it. */
const MOST_ANCHORS = 500
const MOST_BRACKETS = 200

/**
 * Masks every secret in a document of requests: values of headers, parameters and attributes that hold one, whatever the
 * body is written in. All else stays as it was typed. Where a body cannot be read, too much is masked rather than too little.
 */
export const createMasker = (yaml: Yaml): ((text: string) => string) => {
  const mask = (text: string): string => {
    const { requests } = parseRequests(text)
    const edits = [...requests.flatMap((request) => editsOf(request, text)), ...strayEdits(requests, text)]
    const masked = withoutTokens(withoutRemarks(applyEdits(text, edits)))
    return GIVEN_AWAY.reduce((rest, pattern) => rest.replaceAll(pattern, MASK), masked)
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
    if (text.split(/[&*]/, MOST_ANCHORS + 1).length > MOST_ANCHORS || depthOf(text) > MOST_BRACKETS)
      return undefined
    try {
      const document = yaml.parseDocument(text, {
        uniqueKeys: false,
        // NOTE: a second document in it is an error that `silent` would hide.
        logLevel: 'error',
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

    /** Undefined where the name cannot be seen, as behind an alias: it may be anything. */
    const nameOf = (key: unknown): string | undefined =>
      key === null || yaml.isScalar(key) ? String(key?.value) : undefined

    const walkPair = ({ key, value }: Pair, map: YAMLMap, isKey: boolean, parent: string): void => {
      const name = nameOf(key)
      const isPatchOfSecret = name === 'value' && isSecretPointer(map.get('path'), target)
      if (name === undefined || name === 'headers' || isPatchOfSecret) hideScalars(value)
      // NOTE: `Client.auth.password` is a flow, not a password.
      else if (parent === 'auth' && name === 'password' && yaml.isMap(value)) walk(value, name)
      else if (isSecretName(name, target) || (isKey && isPrivateKeyPart(name))) hideScalars(value)
      else walk(value, name)
    }

    const walk = (node: unknown, parent: string): void => {
      if (yaml.isMap(node)) {
        const isKey = node.items.some(({ key }) => nameOf(key) === 'kty')
        for (const pair of node.items) walkPair(pair, node, isKey, parent)
      } else if (yaml.isSeq(node)) for (const item of node.items) walk(item, parent)
      else if (yaml.isScalar(node) && typeof node.value === 'string' && holdsSecret(node.value, parent))
        hide(node)
    }

    /** An address or a form within a document, and a document or requests within another. */
    const holdsSecret = (value: string, name: string): boolean => {
      for (const read of [value, decoded(value)]) if (maskPairs(read, read) !== read) return true
      if (name === 'command') return mask(value) !== value
      const isDocument = name === 'body' || /^\s*[[{"]/.test(value)
      return isDocument && value.split('\n').some((line) => secretAt(line, target) !== undefined)
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

const depthOf = (text: string): number => {
  let depth = 0
  let deepest = 0
  for (const [bracket] of text.matchAll(/[[{}\]]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

const targetEdits = ({ target, targetSpan }: TypedRequest): readonly Edit[] => {
  const masked = maskPairs(target, target)
  return masked === target ? [] : [{ ...targetSpan, text: masked }]
}

/** `name=value` after `?`, `&`, `;`, `#` or at the beginning; `.a.name` and `name:exact` are searched by. */
const maskPairs = (text: string, target: string): string =>
  text.replaceAll(/(?<=^|[?&;#])([^=&;#?]+)=([^&;#]+)/g, (whole, name: string) =>
    isSecretName(searchedName(decoded(name)), target) ? `${name}=${MASK}` : whole,
  )

const searchedName = (name: string): string => name.replace(/:.*$/s, '').replace(/^.*\./s, '')

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

/** Remarks may hold what was tried before. */
const withoutRemarks = (text: string): string =>
  text.replaceAll(/(?:^|\s)(?:#|\/\/).*$/gm, (remark) => {
    const begin = secretAt(remark, '/auth/')
    return begin === undefined ? remark : `${remark.slice(0, begin)}${MASK}`
  })

/** Signed tokens: what begins as one, up to where no more of it can be. */
const withoutTokens = (text: string): string =>
  text.replaceAll(/[\w.-]+/g, (word) => {
    const begin = word.search(/\beyJ/)
    return begin !== -1 && word.includes('.', begin + 8) ? `${word.slice(0, begin)}${MASK}` : word
  })

/** Whatever is neither the path nor a header nor the body of a request, such as one that is not yet typed to its end. */
const strayEdits = (requests: readonly TypedRequest[], text: string): readonly Edit[] => {
  const edits: Edit[] = []
  let from = 0
  const read = (to: number): void => {
    const stray = text.slice(from, to)
    if (stray.trim() !== '')
      for (const edit of lineEdits(stray, '/auth/'))
        edits.push({ ...edit, from: edit.from + from, to: edit.to + from })
  }
  for (const { methodSpan, targetSpan, headers, body } of requests)
    for (const span of [{ from: methodSpan.from, to: targetSpan.to }, ...headers, ...(body ? [body] : [])]) {
      read(span.from)
      from = span.to
    }
  read(text.length)
  return edits
}

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
