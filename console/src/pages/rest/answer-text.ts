import { stringify } from 'yaml'
import type { Json } from '../../api/server.ts'

export type AnswerFormat = 'json' | 'yaml'

export interface AnswerText {
  readonly text: string
  readonly language: AnswerFormat | 'text'
  /** Strings or lines were cut; asked for all, nothing is. */
  readonly isShortened: boolean
}

/** A string or line longer than anybody reads. */
const LONGEST = 2000

/**
 * Prints the body of an answer to be read. JSON is laid out, or written as YAML; whatever is not JSON stays as it came.
 * Unless all is asked for, long strings are cut and say how long they are.
 */
export const answerText = (body: string, format: AnswerFormat, wantsAll: boolean): AnswerText => {
  const parsed = parseJson(body)
  if (parsed === undefined)
    return wantsAll ? { text: body, language: 'text', isShortened: false } : cutLines(body)
  const { value, isShortened } = wantsAll
    ? { value: parsed.value, isShortened: false }
    : cutStrings(parsed.value)
  const text =
    format === 'json'
      ? JSON.stringify(value, null, 2)
      : stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, compat: 'yaml-1.1' })
  return { text, language: format, isShortened }
}

const parseJson = (text: string): { readonly value: Json } | undefined => {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return undefined
  }
}

const cut = (text: string): string =>
  `${text.slice(0, LONGEST).toWellFormed()}… (${text.length.toLocaleString('en')} characters)`

const cutLines = (text: string): AnswerText => {
  let isShortened = false
  const lines = text.split('\n').map((line) => {
    if (line.length <= LONGEST) return line
    isShortened = true
    return cut(line)
  })
  return { text: lines.join('\n'), language: 'text', isShortened }
}

const cutStrings = (value: Json): { readonly value: Json; readonly isShortened: boolean } => {
  let isShortened = false
  const walk = (inner: Json): Json => {
    if (typeof inner === 'string') {
      if (inner.length <= LONGEST) return inner
      isShortened = true
      return cut(inner)
    }
    if (inner === null || typeof inner !== 'object') return inner
    if (Array.isArray(inner)) return (inner as readonly Json[]).map(walk)
    return Object.fromEntries(Object.entries(inner).map(([name, item]) => [name, walk(item as Json)]))
  }
  return { value: walk(value), isShortened }
}
