import { malformed } from '../kernel/problem.ts'

const PARTIAL =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/

/**
 * The time that a FHIR date means: `2026` is a year, `2026-01-31T10:00:00Z` a second. Half open, milliseconds; without a
 * time zone it is UTC.
 * @throws {Problem} malformed
 */
export const parseInstantRange = (
  text: string,
  name: string,
): { readonly from: number; readonly until: number } => {
  const match = PARTIAL.exec(text.replace(' ', '+'))
  if (match === null) throw bad(name)
  const [, year = '', month, day, hour, minute, second, fraction, zone] = match
  const start = `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}.${(fraction ?? '').padEnd(3, '0').slice(0, 3)}${zone ?? 'Z'}`
  const from = Date.parse(start)
  // NOTE: Date takes the 30th of February for the 2nd of March.
  const daysOfMonth = new Date(Date.UTC(Number(year), Number(month ?? 1), 0)).getUTCDate()
  if (Number.isNaN(from) || Number(day ?? 1) > daysOfMonth) throw bad(name)
  return { from, until: endOf(from, { month, day, hour, second, fraction }) }
}

const endOf = (
  from: number,
  given: Readonly<Record<'month' | 'day' | 'hour' | 'second' | 'fraction', string | undefined>>,
): number => {
  if (given.fraction !== undefined) return from + 1
  if (given.second !== undefined) return from + 1000
  if (given.hour !== undefined) return from + 60_000
  if (given.day !== undefined) return from + 86_400_000
  const start = new Date(from)
  return given.month === undefined
    ? Date.UTC(start.getUTCFullYear() + 1, 0)
    : Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1)
}

const bad = (name: string) =>
  malformed('expected a date or instant such as 2026-01-31 or 2026-01-31T10:00:00Z', name)
