import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { SqlDialect } from './database.ts'

type Value = RawBuilder<unknown>

/** Puts documents together in the database, the same on both engines, so that they can be searched like stored ones. */
export const jsonMembers = ({ engine }: Pick<SqlDialect, 'engine'>) => {
  const isSqlite = engine === 'sqlite'
  const pairs = (members: Readonly<Record<string, Value>>): Value =>
    sql.join(Object.entries(members).flatMap(([name, value]) => [sql.lit(name), value]))
  /** JSON of a text column that holds JSON. */
  const json = (text: Value): Value => (isSqlite ? sql`json(${text})` : sql`(${text})::json`)
  return {
    json,
    /** A document as text; members that are null are left out. */
    document: (members: Readonly<Record<string, Value>>): RawBuilder<string> =>
      isSqlite
        ? sql`json_patch('{}', json_object(${pairs(members)}))`
        : sql`json_strip_nulls(json_build_object(${pairs(members)}))::text`,
    /** Null where the id is. */
    reference: (type: string | Value, id: Value): Value => {
      const named = typeof type === 'string' ? sql.lit(type) : type
      return isSqlite
        ? sql`json(case when ${id} is not null then json_object('resourceType', ${named}, 'id', ${id}) end)`
        : sql`case when ${id} is not null then json_build_object('resourceType', ${named}, 'id', ${id}) end`
    },
    /** Words between blanks, none of which has a quote or a backslash, as an array. */
    words: (text: Value): Value => json(sql`'["' || replace(${text}, ' ', '","') || '"]'`),
    /** Milliseconds as an instant, as FHIR writes it. */
    instant: (milliseconds: Value): Value =>
      isSqlite
        ? sql`strftime('%Y-%m-%dT%H:%M:', ${milliseconds} / 1000, 'unixepoch') || printf('%06.3f000Z', (${milliseconds} % 60000) / 1000.0)`
        : sql`to_char(to_timestamp(${milliseconds} / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"000Z"')`,
    /** Whole seconds since 1970. */
    seconds: (milliseconds: Value): Value =>
      isSqlite ? sql`${milliseconds} / 1000` : sql`floor(${milliseconds} / 1000)::bigint`,
    flag: (condition: Value): Value =>
      isSqlite ? sql`json(case when ${condition} then 'true' else 'false' end)` : sql`(${condition})`,
  }
}
