import type { Selectable } from 'kysely'
import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'
import type { ResourceTable } from '../db/tables.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { AccountStore } from './account.store.ts'
import type { Account } from './account.ts'
import { LOGIN_EMAIL_KEY, LOGIN_KEY, loginNameKeys } from './login-name.ts'

export const createAccountStore = (database: Database): AccountStore => {
  const { sql } = database
  const users = sql.selectFrom('resource').where('kind', '=', 'User').where('is_deleted', '=', 0)

  return {
    find: async (id) => {
      const row = await database.first(users.selectAll().where('id', '=', id))
      return row && toAccount(row)
    },
    findByLoginName: async (typed) => {
      const keys = loginNameKeys(typed)
      if (keys === undefined) return undefined
      const ids = sql
        .selectFrom('resource_key')
        .select('id')
        .where('kind', '=', 'User')
        .where((or) =>
          or.or([
            or.and([or('name', '=', LOGIN_KEY), or('value', '=', keys.exact)]),
            or.and([or('name', '=', LOGIN_EMAIL_KEY), or('value', '=', keys.email)]),
          ]),
        )
      const [row, second] = await database.all(users.selectAll().where('id', 'in', ids).limit(2))
      return row && second === undefined ? toAccount(row) : undefined
    },
    activeGuard: (id) => {
      const query = users
        .select('id')
        .where('id', '=', id)
        .where(
          raw<string>`coalesce(${database.dialect.jsonText('body', ['inactive'])}, 'false')`,
          '<>',
          'true',
        )
      // NOTE: the lock lets a deactivation, and the end of all sessions with it, come before or after, not between.
      return database.guard(database.dialect.engine === 'postgres' ? query.forShare() : query)
    },
  }
}

const toAccount = (row: Selectable<ResourceTable>): Account => {
  const document = JSON.parse(row.body) as JsonObject
  const { userName, email, inactive } = document
  return {
    id: row.id,
    ...(typeof userName === 'string' ? { userName } : {}),
    ...(typeof email === 'string' ? { email } : {}),
    isActive: inactive !== true,
    document,
    versionId: row.version_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
