import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import type { PasswordStore, StoredPassword } from './password.store.ts'

export const createPasswordStore = (database: Database): PasswordStore => {
  const { sql } = database
  const select = prepared<{ userId: string }, { hash: string; attempt_epoch: number }>((value) =>
    sql
      .selectFrom('password_credential')
      .select(['hash', 'attempt_epoch'])
      .where('user_id', '=', value('userId')),
  )
  const unchanged = prepared<{ userId: string } & StoredPassword>((value) => {
    const query = sql
      .selectFrom('password_credential')
      .select('user_id')
      .where('user_id', '=', value('userId'))
      .where('hash', '=', value('hash'))
      .where('attempt_epoch', '=', value('epoch'))
    // NOTE: the lock lets a change of the password, and the end of all sessions with it, come before or after, not between.
    return database.dialect.engine === 'postgres' ? query.forShare() : query
  })
  return {
    find: async (userId) => {
      const row = await database.first(select({ userId }))
      return row && { hash: row.hash, epoch: row.attempt_epoch }
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
    replaceGuard: (userId, from, hash, at) =>
      database.guard(
        sql
          .updateTable('password_credential')
          .set({ hash, changed_at: at.getTime() })
          .where('user_id', '=', userId)
          .where('hash', '=', from.hash)
          .where('attempt_epoch', '=', from.epoch)
          .returning('user_id'),
      ),
    unchangedGuard: (userId, { hash, epoch }) => database.guard(unchanged({ userId, hash, epoch })),
    endAttemptsStep: (userId) =>
      database.step(
        sql
          .updateTable('password_credential')
          .set({ attempt_epoch: raw<number>`attempt_epoch + 1` })
          .where('user_id', '=', userId),
      ),
  }
}
