import { malformed } from '../kernel/problem.ts'
import type { AttributePath } from './resource-kind.ts'

export interface DotSearch {
  readonly path: AttributePath
  /** Empty: equality on the text. */
  readonly operator: '' | 'contains' | 'isnull'
}

const OPERATORS = new Set(['', 'contains', 'isnull'])

/** Parses the name of a dot-search parameter, `.emails.0.value$contains`. @throws {Problem} malformed */
export const parseDotSearch = (name: string): DotSearch => {
  const [, dotted = '', cast, operator = ''] = /^\.([^$:]+)(?:::([a-z]+))?(?:\$([a-z]+))?$/s.exec(name) ?? []
  const shown = name.length > 80 ? `${name.slice(0, 80).toWellFormed()}…` : name
  const path = dotted.split('.')
  if (path.includes('')) throw malformed('expected a path such as .name.familyName', shown)
  if (cast !== undefined && cast !== 'text')
    throw malformed(`cannot compare as ${cast}; only text is supported`, shown)
  if (!OPERATORS.has(operator)) throw malformed('expected the operator $contains, $isnull or none', shown)
  return { path, operator: operator as DotSearch['operator'] }
}
