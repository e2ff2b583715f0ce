import type { RawBuilder } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../db/database.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { UiMemoryStore } from './ui-memory.store.ts'
import { OWNER_KEY } from './ui-memory.store.ts'

/** More than the newest can have grown to since the last write. */
const BATCH = 1000

/** NOTE: the keys go last, since they say whose the others are. */
const TABLES = ['resource_history', 'resource', 'resource_key'] as const

export const createUiMemoryStore = (database: Database): UiMemoryStore => {
  const step = (statement: RawBuilder<unknown>): WriteStep =>
    database.step({ compile: () => statement.compile(database.sql) })

  const forget = (type: string, ids: RawBuilder<unknown>): readonly WriteStep[] =>
    TABLES.map((table) => step(sql`delete from ${sql.table(table)} where kind = ${type} and id in (${ids})`))

  const ownedBy = (type: string, userId: string): RawBuilder<unknown> =>
    sql`from resource_key k where k.kind = ${type} and k.name = ${OWNER_KEY} and k.value = ${userId}`

  return {
    count: async (type, userId) => {
      const row = await database.first(
        database.sql
          .selectFrom('resource_key')
          .select((eb) => eb.fn.countAll<number>().as('total'))
          .where('kind', '=', type)
          .where('name', '=', OWNER_KEY)
          .where('value', '=', userId),
      )
      return Number(row?.total ?? 0)
    },
    forgetVersionsSteps: (type, id) => [
      step(
        sql`delete from resource_history where kind = ${type} and id = ${id}
          and version_id < (select r.version_id from resource r where r.kind = ${type} and r.id = ${id})`,
      ),
    ],
    forgetSteps: (type, id) => forget(type, sql`${id}`),
    keepNewestSteps: (type, userId, most) => {
      // NOTE: one that is too old stays so while its rows go table by table: without history it counts as the oldest.
      const version = sql`coalesce((select max(h.version_id) from resource_history h where h.kind = k.kind and h.id = k.id), 0)`
      const old = sql`select k.id, ${version} as version ${ownedBy(type, userId)} order by version desc`
      return forget(type, sql`select o.id from (${old} limit ${BATCH} offset ${most}) o`)
    },
    forgetAllOfUserSteps: (types, userId) =>
      types.flatMap((type) => forget(type, sql`select k.id ${ownedBy(type, userId)}`)),
  }
}
