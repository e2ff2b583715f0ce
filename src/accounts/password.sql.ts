import type { Database } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import type { PasswordStore } from './password.store.ts'

export const createPasswordStore = (database: Database): PasswordStore => {
  const { sql } = database
  const select = prepared<{ userId: string }, { hash: string }>((value) =>
    sql.selectFrom('password_credential').select('hash').where('user_id', '=', value('userId')),
  )
  const unchanged = prepared<{ userId: string; hash: string }>((value) => {
    const query = sql
      .selectFrom('password_credential')
      .select('user_id')
      .where('user_id', '=', value('userId'))
      .where('hash', '=', value('hash'))
    // NOTE: the lock lets a change of the password, and the end of all sessions with it, come before or after, not between.
    return database.dialect.engine === 'postgres' ? query.forShare() : query
  })
  return {
    findHash: async (userId) => {
      const row = await database.first(select({ userId }))
      return row?.hash
    },
    setStep: (userId, hash, at) =>
      database.step(
        sql
          .insertInto('password_credential')
          .values({ user_id: userId, hash, changed_at: at.getTime() })
          .onConflict((conflict) =>
            conflict.column('user_id').doUpdateSet({ hash, changed_at: at.getTime() }),
          ),
      ),
    removeStep: (userId) =>
      database.step(sql.deleteFrom('password_credential').where('user_id', '=', userId)),
    // NOTE: not after the shared lock of `unchangedGuard`: two sign-ins that hold it would wait for each other.
    rehashGuard: (userId, from, to) =>
      database.guard(
        sql
          .updateTable('password_credential')
          .set({ hash: to })
          .where('user_id', '=', userId)
          .where('hash', '=', from)
          .returning('user_id'),
      ),
    unchangedGuard: (userId, hash) => database.guard(unchanged({ userId, hash })),
  }
}
