import type { JsonValue } from '../kernel/json.ts'
import { checkDocument } from './document-rules.ts'
import { parseJson, tryJson } from './json.ts'
import type { RequestFormat } from './negotiate.ts'
import { textOf } from './utf8.ts'
import { parseYaml, parseYamlText } from './yaml.ts'

/**
 * Parses a body in its declared format; an undeclared one as JSON if it is JSON, else as YAML, never as a form.
 * @throws {Problem} malformed
 */
export const parseDocument = (bytes: Uint8Array, format: RequestFormat['format']): JsonValue => {
  switch (format) {
    case 'json':
      return parseJson(bytes)
    case 'yaml':
      return parseYaml(bytes)
    case 'sniff': {
      const text = textOf(bytes)
      const json = tryJson(text)
      if (json.kind === 'json') return json.value
      const value = parseYamlText(text)
      checkDocument(value)
      return value
    }
  }
}
