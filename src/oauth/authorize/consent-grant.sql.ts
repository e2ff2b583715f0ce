import type { Database } from '../../db/database.ts'
import { scopesOf } from '../scope.ts'
import type { ConsentGrantStore } from './consent-grant.store.ts'

export const createConsentGrantStore = (database: Database): ConsentGrantStore => {
  const { sql } = database
  return {
    find: async (userId, clientId) => {
      const row = await database.first<{ scope: string; updated_at: number }>(
        sql
          .selectFrom('consent_grant')
          .select(['scope', 'updated_at'])
          .where('user_id', '=', userId)
          .where('client_id', '=', clientId),
      )
      return row === undefined ? undefined : { scopes: scopesOf(row.scope), updatedAt: row.updated_at }
    },
    allowStep: (userId, clientId, scopes, at) => {
      const allowed = { scope: scopes.join(' '), updated_at: at.getTime() }
      return database.step(
        sql
          .insertInto('consent_grant')
          .values({ user_id: userId, client_id: clientId, created_at: at.getTime(), ...allowed })
          .onConflict((conflict) => conflict.columns(['user_id', 'client_id']).doUpdateSet(allowed)),
      )
    },
    removeOfUserStep: (userId) =>
      database.step(sql.deleteFrom('consent_grant').where('user_id', '=', userId)),
    removeOfClientStep: (clientId) =>
      database.step(sql.deleteFrom('consent_grant').where('client_id', '=', clientId)),
  }
}
