import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { malformed } from '../kernel/problem.ts'
import type { SqlDialect } from './database.ts'
import { INSTANT, NUMBER, ZONE } from './json-casts.ts'

type Path = readonly (string | number)[]

const LONGEST_PATH = 16
const PLAIN_KEY = /^[^"\\\p{Cc}]{1,128}$/u

/** SQLite's paths cannot quote a quote, so such keys are nobody's; the limits keep a query string from being a program. */
const checkPath = (path: Path): Path => {
  const isFine = path.every((part) =>
    typeof part === 'number' ? Number.isSafeInteger(part) && part >= 0 : PLAIN_KEY.test(part),
  )
  if (path.length > 0 && path.length <= LONGEST_PATH && isFine) return path
  throw malformed(
    `a path must have 1 to ${LONGEST_PATH} parts, each a key without quotes, backslashes and control characters or an index from 0`,
  )
}

export const sqliteDialect: SqlDialect = {
  engine: 'sqlite',
  jsonText: (column, path): RawBuilder<string | null> => {
    const steps = checkPath(path).map((part) => (typeof part === 'number' ? `[${part}]` : `."${part}"`))
    const at = `$${steps.join('')}`
    const body = sql.ref(column)
    // NOTE: `->>` reads booleans as 1 and 0; `->` keeps the JSON as it was written, as PostgreSQL's #>> does.
    return sql`case json_type(${body}, ${at}) when 'text' then ${body} ->> ${at} when 'null' then null else ${body} -> ${at} end`
  },
  // NOTE: functions of ours, which sqlite-connection.ts gives to every connection.
  numberOf: (text) => sql`number_of(${text})`,
  instantOf: (text) => sql`instant_of(${text})`,
}

export const postgresDialect: SqlDialect = {
  engine: 'postgres',
  // NOTE: one `->` per part: `#>>` would read -1 as the last item, and 0 as a key of an object too.
  jsonText: (column, path): RawBuilder<string | null> => {
    const steps = checkPath(path).map((part) =>
      typeof part === 'number' ? sql`cast(${part} as integer)` : sql`cast(${part} as text)`,
    )
    const [last, ...before] = steps.toReversed()
    return sql`(${sql.join([sql`${sql.ref(column)}::json`, ...before.toReversed()], sql` -> `)} ->> ${last})`
  },
  numberOf: (text) => sql`case when ${text} ~ ${NUMBER} then (${text})::numeric end`,
  instantOf: (text) =>
    sql`case when ${text} ~ ${INSTANT} then floor(extract(epoch from (${text} || case when length(${text}) = 10 then 'T00:00Z' when ${text} ~ ${`${ZONE}$`} then '' else 'Z' end)::timestamptz) * 1000) end`,
}
