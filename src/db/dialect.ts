import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { malformed } from '../kernel/problem.ts'
import type { SqlDialect } from './database.ts'

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
}

export const postgresDialect: SqlDialect = {
  engine: 'postgres',
  jsonText: (column, path): RawBuilder<string | null> =>
    sql`(${sql.ref(column)}::json #>> array[${sql.join(checkPath(path).map(String))}]::text[])`,
}
