import { malformed } from '../kernel/problem.ts'
import { parseInstantRange } from './instant-range.ts'
import { parseDotCondition, parseDotPath } from './parse-dot-search.ts'
import { isResourceId } from './resource.ts'
import type { ReadableKind, SearchParameter } from './resource-kind.ts'
import type { ReferenceValue, SearchCondition, SearchQuery, SortKey, TextMatch } from './search-query.ts'
import { booleanOf, shown, valuesOf } from './search-values.ts'

/** Names and values as they were sent; a name may come more than once. */
export type SearchParameters = readonly (readonly [string, string])[]

export interface Paging {
  readonly count: number
  readonly page: number
}

export interface Search extends Paging {
  readonly query: SearchQuery
  /** `_elements`. */
  readonly elements: readonly string[] | undefined
}

const DEFAULT_COUNT = 100
const MOST_COUNT = 1000
const HIGHEST_PAGE = 1_000_000

/** More would make a statement that a database refuses to read. */
const MOST_CONDITIONS = 50
const MOST_VALUES_IN_ALL = 200

/** Say how the answer looks, not what is searched. */
const CONTROL_PARAMETERS = new Set(['_format', '_pretty', '_count', '_page', '_sort', '_elements', '_total'])

/**
 * Parses the parameters of a search of one kind (FHIR search, and Aidbox' dot-search `.a.b=v`). All must hold, also
 * those that are sent more than once; of a parameter's values any.
 * @throws {Problem} malformed — naming the parameter: unknown, a modifier that it does not have, a bad value
 */
export const parseSearch = (kind: ReadableKind, parameters: SearchParameters): Search => {
  const control = controlOf(parameters)
  const { count, page } = parsePaging(control)
  const sort = control.get('_sort')
  const elements = control.get('_elements')
  return {
    count,
    page,
    elements: elements === undefined ? undefined : valuesOf(elements, '_elements'),
    query: {
      conditions: parseConditions(kind, parameters),
      sort: sort === undefined ? [] : valuesOf(sort, '_sort').map((key) => parseSortKey(kind, key)),
      limit: count,
      offset: (page - 1) * count,
      wantsTotal: parseTotal(control.get('_total')),
    },
  }
}

/** The conditions among the parameters. @throws {Problem} malformed */
export const parseConditions = (
  kind: ReadableKind,
  parameters: SearchParameters,
): readonly SearchCondition[] => {
  const conditions = parameters
    .filter(([name]) => !CONTROL_PARAMETERS.has(name))
    .map(([name, value]) => parseCondition(kind, name, value))
  const values = conditions.reduce((sum, condition) => sum + valueCount(condition), 0)
  if (conditions.length > MOST_CONDITIONS || values > MOST_VALUES_IN_ALL)
    throw malformed(
      `a search may have at most ${MOST_CONDITIONS} conditions with ${MOST_VALUES_IN_ALL} values in all`,
    )
  return conditions
}

const valueCount = (condition: SearchCondition): number =>
  'values' in condition ? condition.values.length : 1

/** @throws {Problem} malformed — one that is sent twice: which of them counts would be anybody's guess */
const controlOf = (parameters: SearchParameters): ReadonlyMap<string, string> => {
  const control = new Map<string, string>()
  for (const [name, value] of parameters) {
    if (!CONTROL_PARAMETERS.has(name)) continue
    if (control.has(name)) throw malformed('sent more than once; send it once', name)
    control.set(name, value)
  }
  return control
}

/** `_count` (0 to 1000, more counts as 1000; default 100) and `_page` (from 1). @throws {Problem} malformed */
export const parsePaging = (parameters: ReadonlyMap<string, string>): Paging => ({
  count: Math.min(parseInteger('_count', parameters.get('_count'), DEFAULT_COUNT, 0), MOST_COUNT),
  page: Math.min(parseInteger('_page', parameters.get('_page'), 1, 1), HIGHEST_PAGE),
})

const parseInteger = (name: string, text: string | undefined, fallback: number, lowest: number): number => {
  if (text === undefined) return fallback
  const number = /^\d{1,9}$/.test(text) ? Number(text) : -1
  if (number < lowest) throw malformed(`expected a whole number from ${lowest}`, name)
  return number
}

const parseTotal = (total: string | undefined): boolean => {
  if (total === undefined || total === 'accurate' || total === 'estimate') return true
  if (total === 'none') return false
  throw malformed('expected none, estimate or accurate', '_total')
}

const parseSortKey = (kind: ReadableKind, text: string): SortKey => {
  const isDescending = text.startsWith('-')
  const name = isDescending ? text.slice(1) : text
  if (name === '_id') return { by: { kind: 'id' }, isDescending }
  if (name === '_lastUpdated') return { by: { kind: 'updated' }, isDescending }
  const path = name.startsWith('.') ? parseDotPath(kind, name) : parameterOf(kind, name)?.paths[0]
  // NOTE: what may be compared with a value one knows is in no order that one may see.
  if (path === undefined || kind.unsearchable.includes(path[0] ?? ''))
    throw malformed(`cannot sort by ${shown(name)}`, '_sort')
  return { by: { kind: 'path', path }, isDescending }
}

const parameterOf = (kind: ReadableKind, name: string): SearchParameter | undefined =>
  Object.hasOwn(kind.searchParameters, name) ? kind.searchParameters[name] : undefined

const parseCondition = (kind: ReadableKind, given: string, value: string): SearchCondition => {
  if (given.startsWith('.')) return parseDotCondition(kind, given, value)
  const [name = '', modifier = ''] = given.split(/:(.*)/s)
  if (name === '_id') return parseIds(modifier, value)
  if (name === '_lastUpdated') return parseUpdated(modifier, value)
  const parameter = parameterOf(kind, name)
  if (parameter === undefined) throw malformed(unknownParameter(kind), shown(given))
  if (modifier === 'missing')
    return { kind: 'missing', target: targetOf(parameter), isMissing: booleanOf(given, value) }
  switch (parameter.type) {
    case 'string':
      return {
        kind: 'text',
        target: targetOf(parameter),
        match: textMatch(given, modifier),
        values: valuesOf(value, given),
        isNegated: false,
      }
    case 'token':
      return {
        kind: 'text',
        target: targetOf(parameter),
        values: valuesOf(value, given),
        ...tokenMatch(given, modifier),
      }
    case 'reference':
      return {
        kind: 'reference',
        paths: parameter.paths,
        values: valuesOf(value, given).map((text) => parseReference(given, text)),
        isNegated: parseNegation(given, modifier),
      }
  }
}

const unknownParameter = ({ type, searchParameters }: ReadableKind): string => {
  const names = Object.keys(searchParameters)
  const known = names.length === 0 ? '' : `${names.join(', ')}, `
  return `${type} has no such search parameter; there are ${known}_id, _lastUpdated, _count, _page, _sort, _elements, _total and paths such as .name.familyName`
}

const targetOf = (parameter: SearchParameter) => ({ paths: parameter.paths, keys: parameter.keys ?? [] })

const textMatch = (name: string, modifier: string): TextMatch => {
  const match = {
    '': 'starts',
    exact: 'equals',
    i: 'same',
    contains: 'contains',
    text: 'contains',
    starts: 'starts',
    ends: 'ends',
  } as const
  if (!Object.hasOwn(match, modifier))
    throw malformed('expected the modifier exact, i, contains, text, starts, ends or missing', shown(name))
  return match[modifier as keyof typeof match]
}

const tokenMatch = (
  name: string,
  modifier: string,
): { readonly match: TextMatch; readonly isNegated: boolean } => {
  switch (modifier) {
    case '':
    case 'not':
      return { match: 'equals', isNegated: modifier === 'not' }
    case 'i':
      return { match: 'same', isNegated: false }
    case 'text':
      return { match: 'contains', isNegated: false }
    default:
      throw malformed('expected the modifier not, i, text or missing', shown(name))
  }
}

const parseNegation = (name: string, modifier: string): boolean => {
  if (modifier !== '' && modifier !== 'not')
    throw malformed('expected the modifier not or missing', shown(name))
  return modifier === 'not'
}

const parseIds = (modifier: string, value: string): SearchCondition => {
  if (modifier !== '') throw malformed('has no modifiers', '_id')
  return { kind: 'id', ids: valuesOf(value, '_id') }
}

const parseUpdated = (modifier: string, value: string): SearchCondition => {
  if (modifier !== '') throw malformed('has no modifiers; write ge2026-01-31', '_lastUpdated')
  const [, prefix = '', instant = ''] = /^(eq|ne|gt|lt|ge|le|sa|eb)?(.*)$/s.exec(value) ?? []
  const { from, until } = parseInstantRange(instant, '_lastUpdated')
  switch (prefix) {
    case 'gt':
    case 'sa':
      return { kind: 'updated', from: until, isNegated: false }
    case 'ge':
      return { kind: 'updated', from, isNegated: false }
    case 'lt':
    case 'eb':
      return { kind: 'updated', until: from, isNegated: false }
    case 'le':
      return { kind: 'updated', until, isNegated: false }
    default:
      return { kind: 'updated', from, until, isNegated: prefix === 'ne' }
  }
}

const parseReference = (name: string, text: string): ReferenceValue => {
  if (/^(?:https?|urn):/.test(text)) return { kind: 'absolute', uri: text }
  const [, type, id] = /^(?:([A-Za-z]+)\/)?(.+)$/s.exec(text) ?? []
  if (id === undefined || !isResourceId(id)) throw malformed('expected Type/id or an id', shown(name))
  return { kind: 'local', type, id }
}
