import type { Database } from '../db/database.ts'
import { fixed } from '../db/fixed.ts'
import { prepared } from '../db/prepared.ts'
import type { AuthConfigStore } from './auth-config.store.ts'

export const createAuthConfigStore = (database: Database): AuthConfigStore => {
  const newest = prepared<object, { id: string; version_id: number; body: string }>(() =>
    database.sql
      .selectFrom('resource')
      .select(['id', 'version_id', 'body'])
      .where('kind', '=', 'AuthConfig')
      .where('is_deleted', '=', 0)
      .orderBy('version_id', 'desc')
      .limit(fixed(2)),
  )
  return {
    newestTwo: async () => {
      const rows = await database.all(newest({}))
      return rows.map((row) => ({
        id: row.id,
        versionId: Number(row.version_id),
        text: row.body,
      }))
    },
  }
}
