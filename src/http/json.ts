import type { JsonValue } from '../kernel/json.ts'
import { malformed } from '../kernel/problem.ts'
import { checkDocument, MAX_DEPTH, tooDeep } from './document-rules.ts'
import { textOf } from './utf8.ts'

/**
 * Parses JSON strictly (RFC 8259, and of I-JSON, RFC 7493 §2: no doubled names, no half surrogates).
 * Takes linear time and no stack, whatever the nesting.
 * @throws {Problem} malformed — syntax, encoding, doubled or forbidden names, more than 100 levels
 */
export const parseJson = (bytes: Uint8Array): JsonValue => {
  const text = textOf(bytes)
  const parsed = tryJson(text)
  if (parsed.kind === 'broken') throw malformed(`the body is not valid JSON${parsed.reason}`)
  return parsed.value
}

/** JSON where the syntax is JSON's; what is wrong with its content is thrown all the same. */
export const tryJson = (
  text: string,
):
  | { readonly kind: 'json'; readonly value: JsonValue }
  | { readonly kind: 'broken'; readonly reason: string } => {
  let value: JsonValue
  try {
    value = JSON.parse(text) as JsonValue
  } catch (error) {
    return { kind: 'broken', reason: reasonOf(error) }
  }
  checkNames(text)
  checkDocument(value)
  return { kind: 'json', value }
}

/** The first clause and the place of V8's message, but not the excerpt of the body that it may end with. */
const reasonOf = (error: unknown): string => {
  const message = error instanceof Error ? error.message : ''
  const clause =
    /^(?:Unexpected token [^,]{1,4}|Unexpected end of JSON input|Expected [^"]{1,60}|Bad \w[\w ]{1,40})/.exec(
      message,
    )
  return clause === null ? '' : `: ${clause[0].replace(/ in JS.*$/, '')}${placeOf(message)}`
}

const placeOf = (message: string): string => {
  const place = /\(line (\d+) column (\d+)\)/.exec(message)
  return place === null ? '' : ` at line ${place[1]}, column ${place[2]}`
}

/** Walks valid JSON once: how deep it is, and whether an object has a name twice, which `JSON.parse` hides. */
const checkNames = (text: string): void => {
  const levels: (Set<string> | undefined)[] = []
  let isName = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) {
      const end = endOfString(text, at)
      if (isName) addName(levels.at(-1), text.slice(at, end + 1))
      isName = false
      at = end
    } else if (character === OPEN_OBJECT || character === OPEN_ARRAY) {
      isName = character === OPEN_OBJECT
      levels.push(isName ? new Set() : undefined)
      if (levels.length > MAX_DEPTH) throw tooDeep()
    } else if (character === CLOSE_OBJECT || character === CLOSE_ARRAY) levels.pop()
    else if (character === COMMA) isName = levels.at(-1) !== undefined
  }
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d]

const endOfString = (text: string, start: number): number => {
  let at = start + 1
  while (text.charCodeAt(at) !== QUOTE) at += text.charCodeAt(at) === BACKSLASH ? 2 : 1
  return at
}

const addName = (names: Set<string> | undefined, literal: string): void => {
  const name = literal.includes('\\') ? String(JSON.parse(literal)) : literal.slice(1, -1)
  if (names?.has(name))
    throw malformed('this name occurs twice in one object', name.slice(0, 80).toWellFormed())
  names?.add(name)
}
