import type { Database } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import { hashSecretToken } from '../kernel/secret-token.ts'
import type { ClientAssertionStore } from './client-assertion.store.ts'

interface SpentRow {
  readonly clientId: string
  readonly jtiHash: string
  readonly expiresAt: number
}

export const createClientAssertionStore = ({ sql, guard, transact }: Database): ClientAssertionStore => {
  const insert = prepared<SpentRow>((value) =>
    sql
      .insertInto('client_assertion')
      .values({ client_id: value('clientId'), jti_hash: value('jtiHash'), expires_at: value('expiresAt') })
      .onConflict((conflict) => conflict.columns(['client_id', 'jti_hash']).doNothing())
      .returning('client_id'),
  )
  return {
    spend: async (clientId, jti, expiresAt) => {
      const row = { clientId, jtiHash: hashSecretToken(jti), expiresAt: expiresAt.getTime() }
      return (await transact([guard(insert(row))])).kind === 'committed'
    },
  }
}
