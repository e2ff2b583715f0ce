import { createRequire } from 'node:module'
import type { CST, Document, LineCounter } from 'yaml'
import type { JsonValue } from '../kernel/json.ts'
import type { Problem } from '../kernel/problem.ts'
import { malformed } from '../kernel/problem.ts'
import { checkDocument, MAX_DEPTH, tooDeep } from './document-rules.ts'
import { textOf } from './utf8.ts'

/** A line `name: value` has seven. 1 MiB can hold a million, which would keep the process busy for seconds. */
const MAX_LEXEMES = 150_000

/** The parser keeps up to two open tokens per level. */
const MAX_OPEN_TOKENS = 2 * MAX_DEPTH + 4

const require = createRequire(import.meta.url)

/** NOTE: loaded by the first YAML; most servers only ever speak JSON. */
const library = (): typeof import('yaml') => require('yaml')

/**
 * Parses one YAML 1.2 document of the core schema: dates and `yes` are strings, names are strings.
 * Aliases, own tags and doubled names are refused; so is too much of anything, before it costs time.
 * @throws {Problem} malformed, with line and column
 */
export const parseYaml = (bytes: Uint8Array): JsonValue => {
  const value = parseYamlText(textOf(bytes))
  checkDocument(value)
  return value
}

/**
 * As {@link parseYaml}, but does not check what the document holds.
 * @throws {Problem} malformed, with line and column
 */
export const parseYamlText = (text: string): JsonValue => {
  const { Composer, LineCounter } = library()
  const lines = new LineCounter()
  const composer = new Composer(OPTIONS)
  // NOTE: the library goes on after a fault and keeps what it says of each; 1 MiB has room for half a million. What is
  // thrown here may come back as a fault of its own.
  let first: Problem | undefined
  Object.assign(composer, {
    onError: (source: FaultSource, _code: string, message: string) => {
      first ??= invalidYaml(lines, offsetOf(source), message)
      throw first
    },
  })
  const documents = [...composer.compose(tokensOf(text, lines))]
  const [document, second] = documents
  if (second !== undefined) throw malformed('the body holds more than one YAML document; send one')
  if (document === undefined) return null
  const fault = document.errors[0] ?? document.warnings[0]
  if (fault !== undefined) throw invalidYaml(lines, fault.pos[0], fault.message)
  refuseAliasesAndTwins(document, lines)
  return (document.toJS({ maxAliasCount: 0 }) ?? null) as JsonValue
}

/** Prints JSON as YAML; strings that older YAML readers take for something else are quoted. */
export const yamlOf = (value: JsonValue): string =>
  library().stringify(value, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false })

/** As the library names the place of a fault. */
type FaultSource = number | readonly [number, number] | { readonly offset: number }

const offsetOf = (source: FaultSource): number => {
  if (typeof source === 'number') return source
  return 'offset' in source ? source.offset : source[0]
}

const invalidYaml = (lines: LineCounter, offset: number, message: string): Problem =>
  malformed(`the body is not valid YAML${placeOf(lines, offset)}: ${message}`)

const OPTIONS = {
  version: '1.2',
  schema: 'core',
  stringKeys: true,
  resolveKnownTags: false,
  prettyErrors: false,
  logLevel: 'silent',
  // NOTE: the library compares each name with all before it; refuseAliasesAndTwins does it in linear time.
  uniqueKeys: false,
} as const

function* tokensOf(text: string, lines: LineCounter): Generator<CST.Token> {
  const { Lexer, Parser } = library()
  const parser = new Parser(lines.addNewLine)
  // NOTE: Parser.parse does these two lines for a parser whose own lexer nobody can interrupt.
  lines.addNewLine(0)
  let count = 0
  for (const lexeme of new Lexer().lex(text)) {
    count += 1
    if (count > MAX_LEXEMES) throw malformed('the YAML has too many parts; send less, or send it as JSON')
    for (const token of parser.next(lexeme)) {
      if (token.type === 'error') throw invalidYaml(lines, token.offset, token.message)
      yield token
    }
    if (parser.stack.length > MAX_OPEN_TOKENS) throw tooDeep()
  }
  yield* parser.end()
}

const refuseAliasesAndTwins = (document: Document.Parsed, lines: LineCounter): void => {
  const { isAlias, isScalar, visit } = library()
  visit(document, {
    Alias: (_, alias) => {
      throw malformed(`YAML aliases are not supported${placeOf(lines, alias.range?.[0] ?? 0)}; write it out`)
    },
    Map: (_, map) => {
      const names = new Set<string>()
      for (const { key } of map.items) {
        if (isAlias(key) || !isScalar(key)) continue
        const name = String(key.value)
        if (names.has(name))
          throw malformed(
            `this name occurs twice in one mapping${placeOf(lines, key.range?.[0] ?? 0)}`,
            name.slice(0, 80).toWellFormed(),
          )
        names.add(name)
      }
    },
  })
}

const placeOf = (lines: LineCounter, offset: number): string => {
  const { line, col } = lines.linePos(offset)
  return ` at line ${line}, column ${col}`
}
