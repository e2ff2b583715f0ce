import type { Expression } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { ResourceStore, ResourceWrite } from './resource.store.ts'
import type { ResourceVersion, WriteMethod } from './resource.ts'
import type { LookupKey } from './resource-kind.ts'
import { searchExpressions } from './search.sql.ts'
import type { DocumentRow } from './search-documents.sql.ts'
import { searchDocuments, toResource } from './search-documents.sql.ts'
import type { SearchCondition } from './search-query.ts'

type Row = DocumentRow

/** The documents of every kind, with their history and lookup keys. */
export const createResourceStore = (database: Database): ResourceStore => {
  const { sql: db } = database
  const search = searchExpressions(database)

  const newVersion = () =>
    db.selectFrom('counter').select('value').where('name', '=', 'document') as Expression<number>

  /** NOTE: also takes the row lock that puts all document transactions in one order on PostgreSQL. */
  const takeVersion = () =>
    database.step(db.updateTable('counter').set({ value: sql`value + 1` }).where('name', '=', 'document'))

  /** NOTE: runs with the lock of takeVersion, and so sees what every earlier write committed. */
  const beOnlyMatch = ({ type, id }: ResourceWrite, conditions: readonly SearchCondition[]) => {
    let others = db
      .selectFrom('resource')
      .select('id')
      .where('kind', '=', type)
      .where('is_deleted', '=', 0)
      .where('id', '<>', id)
    for (const condition of conditions) others = others.where(search.where(condition))
    return database.guard(
      db.selectNoFrom(sql<number>`1`.as('is_only')).where(({ exists, not }) => not(exists(others))),
    )
  }

  const putDocument = (write: ResourceWrite) => {
    const row = {
      version_id: newVersion(),
      created_at: write.createdAt.getTime(),
      updated_at: write.at.getTime(),
      body: JSON.stringify(write.body),
      is_deleted: write.method === 'DELETE' ? (1 as const) : (0 as const),
    }
    if (write.replaces === undefined)
      return database.guard(
        db
          .insertInto('resource')
          .values({ kind: write.type, id: write.id, ...row })
          .returning('version_id'),
      )
    return database.guard(
      db
        .updateTable('resource')
        .set(row)
        .where('kind', '=', write.type)
        .where('id', '=', write.id)
        .where('version_id', '=', write.replaces)
        .returning('version_id'),
    )
  }

  const keepHistory = (write: Pick<ResourceWrite, 'type' | 'id' | 'method'>) =>
    database.step(
      db
        .insertInto('resource_history')
        .columns(['kind', 'id', 'version_id', 'created_at', 'updated_at', 'method', 'body'])
        .expression((eb) =>
          eb
            .selectFrom('resource')
            .select(['kind', 'id', 'version_id', 'created_at', 'updated_at'])
            .select(sql<string>`cast(${write.method} as text)`.as('method'))
            .select('body')
            .where('kind', '=', write.type)
            .where('id', '=', write.id)
            .where('version_id', '=', newVersion()),
        ),
    )

  const putKeys = (write: ResourceWrite) => {
    const forget = database.step(
      db.deleteFrom('resource_key').where('kind', '=', write.type).where('id', '=', write.id),
    )
    const rows = distinct(write.keys).map(({ name, value, isUnique }) => ({
      kind: write.type,
      name,
      value,
      id: write.id,
      is_unique: isUnique ? (1 as const) : (0 as const),
    }))
    return rows.length === 0 ? [forget] : [forget, database.step(db.insertInto('resource_key').values(rows))]
  }

  const versions = (type: string) =>
    db
      .selectFrom('resource_history')
      .select(['kind', 'id', 'version_id', 'created_at', 'updated_at', 'method', 'body'])
      .where('kind', '=', type)

  return {
    find: async (type, id) => {
      const row = await database.first<Row & { is_deleted: number }>(
        db.selectFrom('resource').selectAll().where('kind', '=', type).where('id', '=', id),
      )
      return row === undefined ? undefined : toResource(row, Number(row.is_deleted) === 1)
    },

    findVersion: async (type, id, versionId) => {
      const row = await database.first<Row & { method: string }>(
        versions(type).where('id', '=', id).where('version_id', '=', versionId),
      )
      return row === undefined ? undefined : toVersion(row)
    },

    history: async (type, id, query) => {
      let chosen = versions(type)
      if (id !== undefined) chosen = chosen.where('id', '=', id)
      if (query.since !== undefined) chosen = chosen.where('updated_at', '>=', query.since.getTime())
      if (query.versionId !== undefined) chosen = chosen.where('version_id', '=', query.versionId)
      if (query.during !== undefined) {
        const { from, until } = query.during
        chosen = chosen
          .where('updated_at', '<', until)
          .where(({ exists, not, selectFrom }) =>
            not(
              exists(
                selectFrom('resource_history as later')
                  .select('later.id')
                  .whereRef('later.kind', '=', 'resource_history.kind')
                  .whereRef('later.id', '=', 'resource_history.id')
                  .whereRef('later.version_id', '>', 'resource_history.version_id')
                  .where('later.updated_at', '<=', from),
              ),
            ),
          )
      }
      const [rows, count] = await Promise.all([
        database.all<Row & { method: string }>(
          chosen.orderBy('version_id', 'desc').limit(query.limit).offset(query.offset),
        ),
        database.first<{ total: number }>(
          chosen.clearSelect().select((eb) => eb.fn.countAll<number>().as('total')),
        ),
      ])
      return { total: Number(count?.total ?? 0), versions: rows.map(toVersion) }
    },

    search: (type, query) => searchDocuments(database, type, query),

    writeSteps: (write) => ({
      steps: [
        takeVersion(),
        putDocument(write),
        ...(write.onlyMatchOf === undefined ? [] : [beOnlyMatch(write, write.onlyMatchOf)]),
        keepHistory(write),
        ...putKeys(write),
      ],
      versionStep: 1,
    }),

    touchSteps: (type, id, at) => [
      takeVersion(),
      database.step(
        db
          .updateTable('resource')
          .set({ version_id: newVersion(), updated_at: at.getTime() })
          .where('kind', '=', type)
          .where('id', '=', id)
          .where('is_deleted', '=', 0),
      ),
      keepHistory({ type, id, method: 'PATCH' }),
    ],
  }
}

const toVersion = (row: Row & { readonly method: string }): ResourceVersion => ({
  ...toResource(row, row.method === 'DELETE'),
  method: row.method as WriteMethod,
})

/** One row per name and value; unique where any of them is. */
const distinct = (keys: readonly LookupKey[]): readonly LookupKey[] => {
  const byRow = new Map<string, LookupKey>()
  for (const key of keys) {
    const row = `${key.name}\n${key.value}`
    byRow.set(row, { ...key, isUnique: key.isUnique || byRow.get(row)?.isUnique === true })
  }
  return [...byRow.values()]
}
