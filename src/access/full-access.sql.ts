import type { Database } from '../db/database.ts'
import type { FullAccessStore } from './full-access.store.ts'

export const createFullAccessStore = (database: Database): FullAccessStore => {
  const { sql } = database
  return {
    has: async ({ kind, id }) => {
      const row = await database.first(
        sql.selectFrom('full_access').select('id').where('kind', '=', kind).where('id', '=', id),
      )
      return row !== undefined
    },
    grantStep: ({ kind, id }) =>
      database.step(
        sql
          .insertInto('full_access')
          .values({ kind, id })
          .onConflict((conflict) => conflict.columns(['kind', 'id']).doNothing()),
      ),
    revokeStep: ({ kind, id }) =>
      database.step(sql.deleteFrom('full_access').where('kind', '=', kind).where('id', '=', id)),
  }
}
