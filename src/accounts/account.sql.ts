import type { Selectable } from 'kysely'
import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'
import { fixed } from '../db/fixed.ts'
import { prepared } from '../db/prepared.ts'
import type { ResourceTable } from '../db/tables.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { AccountStore } from './account.store.ts'
import type { Account } from './account.ts'
import { LOGIN_EMAIL_KEY, LOGIN_KEY, loginNameKeys } from './login-name.ts'

export const createAccountStore = (database: Database): AccountStore => {
  const { sql } = database
  const users = sql.selectFrom('resource').where('kind', '=', 'User').where('is_deleted', '=', 0)

  const byId = prepared<{ id: string }, ResourceTable>((value) =>
    users.selectAll().where('id', '=', value('id')),
  )
  const byKeys = prepared<{ exact: string; email: string }, ResourceTable>((value) => {
    const owners = (name: string, key: 'exact' | 'email') =>
      sql
        .selectFrom('resource_key')
        .select('id')
        .where('kind', '=', 'User')
        .where('name', '=', name)
        .where('value', '=', value(key))
    // NOTE: a union, since SQLite answers `or` here by reading the keys of every user.
    const ids = owners(LOGIN_KEY, 'exact').union(owners(LOGIN_EMAIL_KEY, 'email'))
    return users.selectAll().where('id', 'in', ids).limit(fixed(2))
  })
  const active = prepared<{ id: string }>((value) => {
    const query = users
      .select('id')
      .where('id', '=', value('id'))
      .where(raw<string>`coalesce(${database.dialect.jsonText('body', ['inactive'])}, 'false')`, '<>', 'true')
    // NOTE: the lock lets a deactivation, and the end of all sessions with it, come before or after, not between.
    return database.dialect.engine === 'postgres' ? query.forShare() : query
  })

  return {
    find: async (id) => {
      const row = await database.first(byId({ id }))
      return row && toAccount(row)
    },
    findByLoginName: async (typed) => {
      const keys = loginNameKeys(typed)
      if (keys === undefined) return undefined
      const [row, second] = await database.all(byKeys({ exact: keys.exact, email: keys.email }))
      return row && second === undefined ? toAccount(row) : undefined
    },
    activeGuard: (id) => database.guard(active({ id })),
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
