import type { RawBuilder, SqlBool } from 'kysely'
import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'

/** Who a row of `session` was issued to, `u`, and for, `c`, as long as they are there and may act. */
export const activeParties = ({ sql, dialect }: Database) => {
  const textOr = (column: string, name: string, otherwise: string): RawBuilder<string> =>
    raw<string>`coalesce(${dialect.jsonText(column, [name])}, ${otherwise})`
  const isUserActive = raw<SqlBool>`${textOr('u.body', 'inactive', 'false')} <> 'true'`
  const isClientActive = raw<SqlBool>`${textOr('c.body', 'active', 'true')} <> 'false'`
  const activeUser = sql
    .selectFrom('resource as u')
    .select('u.id')
    .where('u.id', '=', raw.ref<string>('session.user_id'))
    .where('u.kind', '=', 'User')
    .where('u.is_deleted', '=', 0)
    .where(isUserActive)
  const firstParty = sql
    .selectFrom('resource as c')
    .select('c.id')
    .where('c.id', '=', raw.ref<string>('session.client_id'))
    .where('c.kind', '=', 'Client')
    .where('c.is_deleted', '=', 0)
    .where(isClientActive)
    .where(raw<SqlBool>`${textOr('c.body', 'first_party', 'false')} = 'true'`)
  return { isUserActive, isClientActive, activeUser, firstParty }
}
