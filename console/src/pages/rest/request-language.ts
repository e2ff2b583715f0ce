import { foldService, StreamLanguage } from '@codemirror/language'
import type { Extension } from '@codemirror/state'
import { tags } from '@lezer/highlight'
import { isRequestLine } from '../../../../src/console/command/request-text.ts'

type Part = 'between' | 'target' | 'headers' | 'body'

interface State {
  part: Part
  wasBlank: boolean
}

const VALUE = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?)/
const NAME = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s"'#{}[\],:][^\s{}[\],:#]*)(?=\s*:(?:\s|$))/
const LITERAL = /^(?:-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|~)(?=[\s,\]}]|$)/

/** Colours for requests: the line with the path, headers, and a body in JSON or YAML, which need no telling apart. */
const language = StreamLanguage.define<State>({
  name: 'requests',
  startState: () => ({ part: 'between', wasBlank: true }),
  copyState: (state) => ({ ...state }),
  blankLine: (state) => {
    if (state.part === 'headers' || state.part === 'target') state.part = 'body'
    state.wasBlank = true
  },
  token: (stream, state) => {
    if (stream.sol()) {
      const line = stream.string
      if (line.startsWith('###')) {
        state.part = 'between'
        stream.skipToEnd()
        return 'heading'
      }
      const isNext = isRequestLine(line) && (state.part !== 'body' || state.wasBlank)
      state.wasBlank = line.trim() === ''
      if (state.wasBlank) {
        if (state.part !== 'between') state.part = 'body'
        stream.skipToEnd()
        return null
      }
      if (isNext) {
        state.part = 'target'
        stream.match(/^[A-Z]+/)
        return 'method'
      }
      if (state.part === 'headers' && /^[{[]/.test(line)) state.part = 'body'
    }
    switch (state.part) {
      case 'between':
        stream.skipToEnd()
        return /^\s*(?:#|\/\/)/.test(stream.string) ? 'comment' : 'invalid'
      case 'target': {
        stream.skipToEnd()
        if (!/\\\s*$/.test(stream.string)) state.part = 'headers'
        return 'target'
      }
      case 'headers':
        if (stream.match(/^[^\s:]+(?=[ \t]*:)/)) return 'name'
        stream.skipToEnd()
        return 'value'
      case 'body':
        if (stream.eatSpace()) return null
        if (stream.match(/^#.*/)) return 'comment'
        if (stream.match(NAME)) return 'name'
        if (stream.match(/^[-?:,[\]{}|>](?=\s|$)|^[,[\]{}:]/)) return 'mark'
        if (stream.match(LITERAL)) return 'literal'
        if (stream.match(VALUE)) return 'value'
        stream.match(/^[^\s,\]}#][^,\]}#]*/) || stream.next()
        return 'value'
    }
  },
  tokenTable: {
    method: tags.keyword,
    target: tags.url,
    name: tags.propertyName,
    value: tags.string,
    literal: tags.number,
    mark: tags.punctuation,
  },
  languageData: { commentTokens: { line: '#' } },
})

/** Folds what is indented deeper than its line. */
const foldIndented = foldService.of((state, from, to) => {
  const first = state.doc.lineAt(from)
  const indent = indentOf(first.text)
  if (indent === undefined) return null
  let end = to
  for (let number = first.number + 1; number <= state.doc.lines; number += 1) {
    const line = state.doc.line(number)
    const deeper = indentOf(line.text)
    if (deeper === undefined) continue
    if (deeper <= indent) break
    end = line.to
  }
  return end > to ? { from: to, to: end } : null
})

const indentOf = (line: string): number | undefined => {
  const indent = line.search(/\S/)
  return indent === -1 ? undefined : indent
}

export const requestLanguage: Extension = [language, foldIndented]
