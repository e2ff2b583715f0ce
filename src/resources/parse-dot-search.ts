import { instantOf, numberOf } from '../db/json-casts.ts'
import { malformed } from '../kernel/problem.ts'
import type { AttributePath, ReadableKind } from './resource-kind.ts'
import type { ComparedValue, Comparison, SearchCondition } from './search-query.ts'
import { booleanOf, oneValue, shown } from './search-values.ts'

interface DotSearch {
  readonly path: AttributePath
  /** What follows `::`. */
  readonly cast: string | undefined
  /** What follows `$`; empty: equality. */
  readonly operator: string
}

/**
 * Parses a dot-search, `.emails.0.value$contains=x` or `.data.visits::integer$gte=3`. Its value is one value: commas are
 * part of it.
 * @throws {Problem} malformed
 */
export const parseDotCondition = (kind: ReadableKind, name: string, given: string): SearchCondition => {
  const { path, cast, operator } = parseName(name)
  const value = oneValue(given, name)
  const isId = path.length === 1 && path[0] === 'id'
  if (isId && operator === '' && cast === undefined) return { kind: 'id', ids: [value] }
  requireSearchable(kind, path, name)
  const target = { paths: [path], keys: [] }
  if (operator === 'isnull') return { kind: 'missing', target, isMissing: booleanOf(name, value) }
  if (operator === 'contains')
    return { kind: 'text', target, match: 'contains', values: [value], isNegated: false }
  if (!Object.hasOwn(COMPARISONS, operator))
    throw malformed(
      'expected the operator $contains, $isnull, $ne, $gt, $gte, $lt, $lte or none',
      shown(name),
    )
  const comparison = COMPARISONS[operator as keyof typeof COMPARISONS]
  const isOrder = comparison !== 'eq' && comparison !== 'ne'
  if (cast === undefined && isOrder)
    throw malformed('say what to compare as: ::numeric, ::integer, ::timestamptz or ::text', shown(name))
  return { kind: 'compare', path, comparison, ...comparedValue(cast ?? 'text', value, name) }
}

/** The path of a sort key such as `.name.familyName`. @throws {Problem} malformed */
export const parseDotPath = (kind: ReadableKind, name: string): AttributePath => {
  const { path, cast, operator } = parseName(name)
  if (operator !== '' || cast !== undefined) throw malformed('expected a path without operator', '_sort')
  requireSearchable(kind, path, '_sort')
  return path
}

const COMPARISONS = {
  '': 'eq',
  ne: 'ne',
  gt: 'gt',
  lt: 'lt',
  gte: 'gte',
  lte: 'lte',
} as const satisfies Record<string, Comparison>

const parseName = (name: string): DotSearch => {
  const [, dotted = '', cast, operator = ''] = /^\.([^$:]+)(?:::([a-z]+))?(?:\$([a-z]+))?$/s.exec(name) ?? []
  const path = dotted.split('.')
  if (path.includes('')) throw malformed('expected a path such as .name.familyName', shown(name))
  return { path, cast, operator }
}

const comparedValue = (cast: string, value: string, name: string): ComparedValue => {
  switch (cast) {
    case 'text':
      return { as: 'text', value }
    case 'numeric':
    case 'integer': {
      const number = numberOf(value)
      if (
        number === undefined ||
        !Number.isFinite(number) ||
        (cast === 'integer' && !Number.isInteger(number))
      )
        throw malformed(`expected ${cast === 'integer' ? 'a whole number' : 'a number'}`, shown(name))
      return { as: 'number', value: number }
    }
    case 'timestamptz': {
      // NOTE: a plus in a query is a blank, but people type the zone as it is.
      const instant = instantOf(value.replace(' ', '+'))
      if (instant === undefined)
        throw malformed('expected a day or instant such as 2026-01-31 or 2026-01-31T10:00:00Z', shown(name))
      return { as: 'instant', value: instant }
    }
    default:
      throw malformed(
        `cannot compare as ${cast}; there are numeric, integer, timestamptz and text`,
        shown(name),
      )
  }
}

/** What every resource has beside its document. */
const OUTSIDE: Readonly<Record<string, string>> = {
  id: 'use _id, or .id=',
  meta: 'use _lastUpdated',
  resourceType: 'it is the same for all',
}

/** @throws {Problem} malformed — finding nothing would look like an answer */
const requireSearchable = (kind: ReadableKind, [first = '']: AttributePath, name: string): void => {
  if (kind.unsearchable.includes(first))
    throw malformed(`${first} is not kept in the document and cannot be searched`, shown(name))
  if (Object.hasOwn(OUTSIDE, first))
    throw malformed(`${first} is no attribute of the document; ${OUTSIDE[first]}`, shown(name))
}
