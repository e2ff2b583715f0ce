import type { Database } from '../../db/database.ts'
import type { Random } from '../../kernel/random.ts'
import { newId } from '../../kernel/secret-token.ts'
import { scopesOf } from '../scope.ts'
import type { ConsentGrantStore } from './consent-grant.store.ts'

export const createConsentGrantStore = (database: Database, random: Random): ConsentGrantStore => {
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
      const rows = await database.all<{ client_id: string; scope: string; updated_at: number }>(
        sql
          .selectFrom('consent_grant')
          .select(['client_id', 'scope', 'updated_at'])
          .where('user_id', '=', userId)
          .orderBy('client_id'),
      )
      return rows.map((row) => ({
        clientId: row.client_id,
        scopes: scopesOf(row.scope),
        updatedAt: row.updated_at,
      }))
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
