import { malformed } from '../kernel/problem.ts'
import { parseInstantRange } from './instant-range.ts'
import { parseDotSearch } from './parse-dot-search.ts'
import { isResourceId } from './resource.ts'
import type { AttributePath, ResourceKind, SearchParameter } from './resource-kind.ts'
import type { ReferenceValue, SearchCondition, SearchQuery, SortKey, TextMatch } from './search-query.ts'

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
const MOST_VALUES = 100
const HIGHEST_PAGE = 1_000_000

/** Says how the answer looks, not what is searched. */
const FORMAT_PARAMETERS = new Set(['_format', '_pretty'])

/**
 * Parses the parameters of a search of one kind (FHIR search, and Aidbox' dot-search `.a.b=v`).
 * @throws {Problem} malformed — naming the parameter: unknown, a modifier that it does not have, a bad value
 */
export const parseSearch = (kind: ResourceKind, parameters: ReadonlyMap<string, string>): Search => {
  const conditions: SearchCondition[] = []
  for (const [name, value] of parameters) {
    if (FORMAT_PARAMETERS.has(name) || CONTROL_PARAMETERS.has(name)) continue
    conditions.push(parseCondition(kind, name, value))
  }
  const { count, page } = parsePaging(parameters)
  const sort = parameters.get('_sort')
  const elements = parameters.get('_elements')
  return {
    count,
    page,
    elements: elements === undefined ? undefined : valuesOf(elements, '_elements'),
    query: {
      conditions,
      sort: sort === undefined ? [] : valuesOf(sort, '_sort').map((key) => parseSortKey(kind, key)),
      limit: count,
      offset: (page - 1) * count,
      wantsTotal: parseTotal(parameters.get('_total')),
    },
  }
}

const CONTROL_PARAMETERS = new Set(['_count', '_page', '_sort', '_elements', '_total'])

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

const parseSortKey = (kind: ResourceKind, text: string): SortKey => {
  const isDescending = text.startsWith('-')
  const name = isDescending ? text.slice(1) : text
  if (name === '_id') return { by: { kind: 'id' }, isDescending }
  if (name === '_lastUpdated') return { by: { kind: 'updated' }, isDescending }
  const path = name.startsWith('.') ? dotPath(kind, name) : parameterOf(kind, name)?.paths[0]
  if (path === undefined) throw malformed(`cannot sort by ${shown(name)}`, '_sort')
  return { by: { kind: 'path', path }, isDescending }
}

const dotPath = (kind: ResourceKind, name: string): AttributePath => {
  const { path, operator } = parseDotSearch(name)
  if (operator !== '') throw malformed('expected a path without operator', '_sort')
  requireSearchable(kind, path, '_sort')
  return path
}

const parameterOf = (kind: ResourceKind, name: string): SearchParameter | undefined =>
  Object.hasOwn(kind.searchParameters, name) ? kind.searchParameters[name] : undefined

const parseCondition = (kind: ResourceKind, given: string, value: string): SearchCondition => {
  if (given.startsWith('.')) return parseDotCondition(kind, given, value)
  const [name = '', modifier = ''] = given.split(/:(.*)/s)
  if (name === '_id') return parseIds(modifier, value)
  if (name === '_lastUpdated') return parseUpdated(modifier, value)
  const parameter = parameterOf(kind, name)
  if (parameter === undefined) throw malformed(unknownParameter(kind), shown(given))
  if (modifier === 'missing')
    return { kind: 'missing', target: targetOf(parameter), isMissing: parseBoolean(given, value) }
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
        match: 'equals',
        values: valuesOf(value, given),
        isNegated: parseNegation(given, modifier),
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

const unknownParameter = ({ type, searchParameters }: ResourceKind): string => {
  const names = Object.keys(searchParameters)
  const known = names.length === 0 ? '' : `${names.join(', ')}, `
  return `${type} has no such search parameter; there are ${known}_id, _lastUpdated, _count, _page, _sort, _elements, _total and paths such as .name.familyName`
}

const targetOf = (parameter: SearchParameter) => ({ paths: parameter.paths, keys: parameter.keys ?? [] })

const textMatch = (name: string, modifier: string): TextMatch => {
  const match = {
    '': 'starts',
    exact: 'equals',
    contains: 'contains',
    starts: 'starts',
    ends: 'ends',
  } as const
  if (!Object.hasOwn(match, modifier))
    throw malformed('expected the modifier exact, contains, starts, ends or missing', shown(name))
  return match[modifier as keyof typeof match]
}

const parseNegation = (name: string, modifier: string): boolean => {
  if (modifier !== '' && modifier !== 'not')
    throw malformed('expected the modifier not or missing', shown(name))
  return modifier === 'not'
}

const parseBoolean = (name: string, value: string): boolean => {
  if (value !== 'true' && value !== 'false') throw malformed('expected true or false', shown(name))
  return value === 'true'
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

const parseDotCondition = (kind: ResourceKind, name: string, value: string): SearchCondition => {
  const { path, operator } = parseDotSearch(name)
  requireSearchable(kind, path, name)
  if (path.length === 1 && path[0] === 'id' && operator === '') return { kind: 'id', ids: [value] }
  const target = { paths: [path], keys: [] }
  switch (operator) {
    case 'isnull':
      return { kind: 'missing', target, isMissing: parseBoolean(name, value) }
    case 'contains':
      return { kind: 'text', target, match: 'contains', values: [value], isNegated: false }
    case '':
      return { kind: 'text', target, match: 'equals', values: [value], isNegated: false }
  }
}

const requireSearchable = (kind: ResourceKind, path: AttributePath, name: string): void => {
  const [first = ''] = path
  if (kind.unsearchable.includes(first))
    throw malformed(`${first} is not kept in the document and cannot be searched`, shown(name))
}

/** Values are separated by commas; `\,` is a comma of the value. */
const valuesOf = (text: string, name: string): readonly string[] => {
  const values = (text.match(/(?:\\.|[^,\\]|\\$)+/gs) ?? []).map((value) =>
    value.replaceAll(/\\([,|$\\])/g, '$1'),
  )
  if (values.length === 0) throw malformed('expected a value', shown(name))
  if (values.length > MOST_VALUES) throw malformed(`expected at most ${MOST_VALUES} values`, shown(name))
  return values
}

const shown = (name: string): string => (name.length > 80 ? `${name.slice(0, 80).toWellFormed()}…` : name)
