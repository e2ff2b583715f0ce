import type { Kysely, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { Tables } from '../db/tables.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { DocumentSearch } from './document-search.store.ts'
import type { ResourcePage } from './resource.store.ts'
import type { StoredResource } from './resource.ts'
import { searchExpressions } from './search.sql.ts'
import type { SearchQuery } from './search-query.ts'

/** A document as it is stored or put together. */
export interface DocumentRow {
  readonly kind: string
  readonly id: string
  readonly version_id: number
  readonly created_at: number
  readonly updated_at: number
  readonly body: string
}

const COLUMNS = ['kind', 'id', 'version_id', 'created_at', 'updated_at', 'body'] as const

/**
 * Searches the living documents of one type.
 * @param source where they are: rows like those of `resource`; the table itself where it is left out
 */
export const searchDocuments = async (
  database: Database,
  type: string,
  query: SearchQuery,
  source?: RawBuilder<unknown>,
): Promise<ResourcePage> => {
  const search = searchExpressions(database)
  let chosen = fromDocuments(database.sql, source).where('kind', '=', type).where('is_deleted', '=', 0)
  for (const condition of query.conditions) chosen = chosen.where(search.where(condition))
  let found = chosen.select(COLUMNS)
  const byId = { by: { kind: 'id' }, isDescending: false } as const
  for (const key of [...query.sort, byId])
    for (const order of search.orderBy(key)) found = found.orderBy(order)
  const [rows, count] = await Promise.all([
    query.limit === 0 ? [] : database.all<DocumentRow>(found.limit(query.limit).offset(query.offset)),
    query.wantsTotal
      ? database.first<{ total: number }>(chosen.select((eb) => eb.fn.countAll<number>().as('total')))
      : undefined,
  ])
  return {
    total: count === undefined ? undefined : Number(count.total),
    resources: rows.map((row) => toResource(row, false)),
  }
}

/** NOTE: a source is named as the table is, so that one set of conditions fits both. */
const fromDocuments = (db: Kysely<Tables>, source: RawBuilder<unknown> | undefined) =>
  source === undefined
    ? db.selectFrom('resource')
    : db.selectFrom(sql<Tables['resource']>`(${source})`.as('resource'))

/** @param source a query for rows like those of `resource` */
export const createDocumentSearch = (database: Database): DocumentSearch<RawBuilder<unknown>> => ({
  find: async (source, id) => {
    const row = await database.first<DocumentRow>(
      fromDocuments(database.sql, source).select(COLUMNS).where('id', '=', id),
    )
    return row === undefined ? undefined : toResource(row, false)
  },
  search: (source, type, query) => searchDocuments(database, type, query, source),
})

export const toResource = (row: DocumentRow, isDeleted: boolean): StoredResource => ({
  type: row.kind,
  id: row.id,
  versionId: Number(row.version_id),
  createdAt: new Date(Number(row.created_at)),
  updatedAt: new Date(Number(row.updated_at)),
  body: JSON.parse(row.body) as JsonObject,
  isDeleted,
})
