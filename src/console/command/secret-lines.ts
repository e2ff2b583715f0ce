import type { Span } from './request-text.ts'
import { isSecretName, MASK } from './secret-names.ts'

/** NOTE: a name begins where a word does, and few blanks follow it, so that a long line is read once. */
const NAME = /(?<![\w-])([\w-]+)[\\"']{0,8}\s{0,80}[:=]\s*/g

/** Where in a line the value of a secret begins. */
export const secretAt = (line: string, target: string): number | undefined => {
  for (const match of line.matchAll(NAME)) {
    const [whole, name = ''] = match
    if (isSecretName(name, target) || name === 'headers' || name === 'value')
      return match.index + whole.length
  }
  return undefined
}

/** For what cannot be read: all that follows the name of a secret in its line, and lines that are indented deeper. */
export const lineEdits = (text: string, target: string): readonly (Span & { readonly text: string })[] => {
  const edits: (Span & { readonly text: string })[] = []
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
