import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'
import type { PasswordResetStore } from './password-reset.store.ts'

const COLUMNS = {
  link: { hash: 'link_hash', expiry: 'link_expires_at' },
  set: { hash: 'set_hash', expiry: 'set_expires_at' },
} as const

export const createPasswordResetStore = (database: Database): PasswordResetStore => {
  const { sql } = database
  return {
    find: async (userId) => {
      const row = await database.first(
        sql
          .selectFrom('password_reset')
          .select(['link_hash', 'link_expires_at', 'set_hash', 'set_expires_at'])
          .where('user_id', '=', userId),
      )
      return (
        row && {
          linkHash: row.link_hash,
          linkExpiresAt: row.link_expires_at,
          setHash: row.set_hash ?? undefined,
          setExpiresAt: row.set_expires_at ?? undefined,
        }
      )
    },
    issueStep: (userId, linkHash, expiresAt) => {
      const link = {
        link_hash: linkHash,
        link_expires_at: expiresAt.getTime(),
        set_hash: null,
        set_expires_at: null,
        expires_at: expiresAt.getTime(),
      }
      return database.step(
        sql
          .insertInto('password_reset')
          .values({ user_id: userId, ...link })
          .onConflict((conflict) => conflict.column('user_id').doUpdateSet(link)),
      )
    },
    confirmGuard: (userId, linkHash, now, set) => {
      const until = set.expiresAt.getTime()
      return database.guard(
        sql
          .updateTable('password_reset')
          .set({
            set_hash: set.hash,
            set_expires_at: until,
            expires_at: raw<number>`case when link_expires_at > ${until} then link_expires_at else ${until} end`,
          })
          .where('user_id', '=', userId)
          .where('link_hash', '=', linkHash)
          .where('link_expires_at', '>', now.getTime())
          .returning('user_id'),
      )
    },
    spendGuard: (userId, proof, hash, now) =>
      database.guard(
        sql
          .deleteFrom('password_reset')
          .where('user_id', '=', userId)
          .where(COLUMNS[proof].hash, '=', hash)
          .where(COLUMNS[proof].expiry, '>', now.getTime())
          .returning('user_id'),
      ),
    endStep: (userId) => database.step(sql.deleteFrom('password_reset').where('user_id', '=', userId)),
  }
}
