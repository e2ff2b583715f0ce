import type { SearchCondition } from './search-query.ts'

export interface ColumnValues {
  readonly column: string
  readonly values: readonly string[]
}

/**
 * The same condition said of a column, so that no search for one value reads and puts together every row. It only ever
 * leaves out what the condition itself leaves out.
 * @param columns by what they are in the document: `user.id`
 */
export const columnsOf = (
  condition: SearchCondition,
  columns: Readonly<Record<string, string>>,
): readonly ColumnValues[] => {
  if (condition.kind === 'compare')
    return condition.comparison === 'eq' && condition.as === 'text'
      ? named(columns, condition.path, [condition.value])
      : []
  if ((condition.kind !== 'text' && condition.kind !== 'reference') || condition.isNegated) return []
  const paths = condition.kind === 'text' ? condition.target.paths : condition.paths
  const [path = []] = paths
  const isOneEqual =
    condition.kind === 'reference' || (condition.match === 'equals' && condition.target.keys.length === 0)
  if (paths.length !== 1 || !isOneEqual) return []
  if (condition.kind === 'text') return named(columns, path, condition.values)
  const ids = condition.values.flatMap((value) => (value.kind === 'local' ? [value.id] : []))
  // NOTE: an address from elsewhere is in no column; nothing is left out then.
  return ids.length < condition.values.length ? [] : named(columns, [...path, 'id'], ids)
}

const named = (
  columns: Readonly<Record<string, string>>,
  path: readonly string[],
  values: readonly string[],
): readonly ColumnValues[] => {
  const name = path.join('.')
  const column = Object.hasOwn(columns, name) ? columns[name] : undefined
  return column === undefined || values.length === 0 ? [] : [{ column, values }]
}
