import type { Database } from '../../db/database.ts'
import type { Flag } from '../../db/tables.ts'
import type { Random } from '../../kernel/random.ts'
import { newId } from '../../kernel/secret-token.ts'
import { scopesOf } from '../scope.ts'
import type { ConsentGrant, ConsentGrantStore } from './consent-grant.store.ts'

interface Row {
  readonly scope: string
  readonly is_whole_user: Flag
  readonly updated_at: number
}

const grantOf = ({ scope, is_whole_user, updated_at }: Row): ConsentGrant => ({
  scopes: scopesOf(scope),
  isWholeUser: is_whole_user === 1,
  updatedAt: updated_at,
})

export const createConsentGrantStore = (database: Database, random: Random): ConsentGrantStore => {
  const { sql } = database
  return {
    find: async (userId, clientId) => {
      const row = await database.first<Row>(
        sql
          .selectFrom('consent_grant')
          .select(['scope', 'is_whole_user', 'updated_at'])
          .where('user_id', '=', userId)
          .where('client_id', '=', clientId),
      )
      return row && grantOf(row)
    },
    allowStep: (userId, clientId, { scopes, isWholeUser }, at) => {
      const allowed = {
        scope: scopes.join(' '),
        is_whole_user: isWholeUser ? (1 as const) : (0 as const),
        updated_at: at.getTime(),
      }
      return database.step(
        sql
          .insertInto('consent_grant')
          .values({
            id: newId(random),
            user_id: userId,
            client_id: clientId,
            created_at: at.getTime(),
            ...allowed,
          })
          .onConflict((conflict) => conflict.columns(['user_id', 'client_id']).doUpdateSet(allowed)),
      )
    },
    listOfUser: async (userId) => {
      const rows = await database.all<Row & { client_id: string }>(
        sql
          .selectFrom('consent_grant')
          .select(['client_id', 'scope', 'is_whole_user', 'updated_at'])
          .where('user_id', '=', userId)
          .orderBy('client_id'),
      )
      return rows.map((row) => ({ clientId: row.client_id, ...grantOf(row) }))
    },
    removeStep: (userId, clientId) =>
      database.step(
        sql.deleteFrom('consent_grant').where('user_id', '=', userId).where('client_id', '=', clientId),
      ),
    removeOfUserStep: (userId) =>
      database.step(sql.deleteFrom('consent_grant').where('user_id', '=', userId)),
    removeOfClientStep: (clientId) =>
      database.step(sql.deleteFrom('consent_grant').where('client_id', '=', clientId)),
  }
}
