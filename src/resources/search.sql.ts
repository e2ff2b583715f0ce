import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { AttributePath } from './resource-kind.ts'
import type {
  ComparedValue,
  Comparison,
  ReferenceValue,
  SearchCondition,
  SearchTarget,
  SortKey,
  TextMatch,
} from './search-query.ts'

type Expression = RawBuilder<boolean>

/** Turns conditions into SQL over `resource`; every value is bound, every path checked by the dialect. */
export const searchExpressions = (database: Database) => {
  const { dialect } = database

  /** Compares bytes on both engines, whatever the collation of the PostgreSQL database is. */
  const plain = (text: RawBuilder<unknown>): RawBuilder<unknown> =>
    dialect.engine === 'postgres' ? sql`(${text}) collate "C"` : text

  const textAt = (path: AttributePath): RawBuilder<string | null> =>
    dialect.jsonText(
      'resource.body',
      path.map((part) => (/^(?:0|[1-9]\d{0,5})$/.test(part) ? Number(part) : part)),
    )

  const hasKey = (name: string, extra: RawBuilder<unknown>): Expression =>
    sql`exists (select 1 from resource_key k where k.kind = resource.kind and k.id = resource.id and k.name = ${name} and ${extra})`

  /** NOTE: the database lowers both sides, so that they agree whatever its locale makes of a letter. */
  const matches = (subject: RawBuilder<unknown>, match: TextMatch, value: string): Expression => {
    if (match === 'equals') return sql`${subject} = ${value}`
    if (match === 'same') return sql`lower(${subject}) = lower(cast(${value} as text))`
    return sql`lower(${subject}) like lower(cast(${likePattern(match, value)} as text)) escape '\\'`
  }

  const compare = (path: AttributePath, comparison: Comparison, compared: ComparedValue): Expression => {
    const text = textAt(path)
    const operator = OPERATORS[comparison]
    switch (compared.as) {
      case 'text':
        return sql`${plain(text)} ${operator} ${compared.value}`
      case 'number':
        return sql`${dialect.numberOf(text)} ${operator} ${compared.value}`
      case 'instant':
        return sql`${dialect.instantOf(text)} ${operator} ${compared.value}`
    }
  }

  const text = (target: SearchTarget, match: TextMatch, values: readonly string[]): Expression =>
    any(
      values.flatMap((value) => [
        ...target.paths.map((path) => matches(textAt(path), match, value)),
        ...target.keys.map((key) => hasKey(key, matches(sql.ref('k.value'), match, value))),
      ]),
    )

  const present = (target: SearchTarget): Expression =>
    any([
      ...target.paths.map((path): Expression => sql`${textAt(path)} is not null`),
      ...target.keys.map((key) => hasKey(key, sql`1 = 1`)),
    ])

  const reference = (path: AttributePath, value: ReferenceValue): Expression => {
    if (value.kind === 'absolute') return sql`${textAt([...path, 'uri'])} = ${value.uri}`
    const isId: Expression = sql`${textAt([...path, 'id'])} = ${value.id}`
    return value.type === undefined
      ? isId
      : sql`(${isId} and ${textAt([...path, 'resourceType'])} = ${value.type})`
  }

  const where = (condition: SearchCondition): Expression => {
    switch (condition.kind) {
      case 'id':
        return sql`resource.id in (${sql.join(condition.ids)})`
      case 'updated': {
        const within: Expression = sql`(resource.updated_at >= ${condition.from ?? 0} and resource.updated_at < ${condition.until ?? Number.MAX_SAFE_INTEGER})`
        return condition.isNegated ? sql`not ${within}` : within
      }
      case 'text':
        return negated(text(condition.target, condition.match, condition.values), condition.isNegated)
      case 'compare':
        return compare(condition.path, condition.comparison, condition)
      case 'missing':
        return negated(present(condition.target), condition.isMissing)
      case 'reference':
        return negated(
          any(condition.paths.flatMap((path) => condition.values.map((value) => reference(path, value)))),
          condition.isNegated,
        )
    }
  }

  /** Those without the value come last, on both engines and in both directions. */
  const orderBy = ({ by, isDescending }: SortKey): readonly RawBuilder<unknown>[] => {
    const direction = isDescending ? sql`desc` : sql`asc`
    if (by.kind === 'id') return [sql`${plain(sql.ref('resource.id'))} ${direction}`]
    if (by.kind === 'updated')
      return [sql`resource.updated_at ${direction}`, sql`resource.version_id ${direction}`]
    const value = textAt(by.path)
    return [sql`case when ${value} is null then 1 else 0 end`, sql`${plain(value)} ${direction}`]
  }

  return { where, orderBy }
}

const OPERATORS: Readonly<Record<Comparison, RawBuilder<unknown>>> = {
  eq: sql`=`,
  ne: sql`<>`,
  gt: sql`>`,
  lt: sql`<`,
  gte: sql`>=`,
  lte: sql`<=`,
}

/** What is unknown is not a match: `:not` finds documents without the attribute too. */
const negated = (expression: Expression, isNegated: boolean): Expression =>
  isNegated ? sql`not coalesce(${expression}, ${sql.lit(false)})` : expression

const any = (expressions: readonly Expression[]): Expression =>
  expressions.length === 0 ? sql`1 = 0` : sql`(${sql.join(expressions, sql` or `)})`

const likePattern = (match: 'starts' | 'ends' | 'contains', value: string): string => {
  const literal = value.replaceAll(/[\\%_]/g, String.raw`\$&`)
  return `${match === 'starts' ? '' : '%'}${literal}${match === 'ends' ? '' : '%'}`
}
