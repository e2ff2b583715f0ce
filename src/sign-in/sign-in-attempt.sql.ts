import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'
import type { ProvenFactor } from '../sessions/session.ts'
import type { Delivery } from '../two-factor/second-factor.ts'
import type { SignInAttemptStore } from './sign-in-attempt.store.ts'
import { MAX_WRONG_ANSWERS } from './sign-in-attempt.ts'

const NOT_SENT: Delivery = { kind: 'none' }

export const createSignInAttemptStore = (database: Database): SignInAttemptStore => {
  const { sql } = database
  return {
    find: async (tokenHash) => {
      const row = await database.first(
        sql.selectFrom('sign_in_attempt').selectAll().where('token_hash', '=', tokenHash),
      )
      return (
        row && {
          tokenHash,
          userId: row.user_id,
          proven: JSON.parse(row.proven) as readonly ProvenFactor[],
          requestId: row.request_id ?? undefined,
          redirectTo: row.redirect_to ?? undefined,
          wrongAnswers: row.wrong_answers,
          delivery: row.delivery === null ? NOT_SENT : (JSON.parse(row.delivery) as Delivery),
          createdAt: row.created_at,
          expiresAt: row.expires_at,
        }
      )
    },
    openStep: (attempt) =>
      database.step(
        sql.insertInto('sign_in_attempt').values({
          token_hash: attempt.tokenHash,
          user_id: attempt.userId,
          proven: JSON.stringify(attempt.proven),
          request_id: attempt.requestId ?? null,
          redirect_to: attempt.redirectTo ?? null,
          wrong_answers: 0,
          delivery: JSON.stringify(NOT_SENT),
          created_at: attempt.createdAt,
          expires_at: attempt.expiresAt,
        }),
      ),
    deleteStep: (tokenHash) =>
      database.step(sql.deleteFrom('sign_in_attempt').where('token_hash', '=', tokenHash)),
    deleteAllOfUserSteps: (userId) => [
      database.step(sql.deleteFrom('sign_in_attempt').where('user_id', '=', userId)),
    ],
    consumeGuard: (tokenHash, now) =>
      database.guard(
        sql
          .deleteFrom('sign_in_attempt')
          .where('token_hash', '=', tokenHash)
          .where('wrong_answers', '<', MAX_WRONG_ANSWERS)
          .where('expires_at', '>', now.getTime())
          .returning('token_hash'),
      ),
    countWrongStep: (tokenHash) =>
      database.step(
        sql
          .updateTable('sign_in_attempt')
          .set({ wrong_answers: raw<number>`wrong_answers + 1` })
          .where('token_hash', '=', tokenHash),
      ),
    replaceDelivery: async (tokenHash, from, to) => {
      const outcome = await database.transact([
        database.guard(
          sql
            .updateTable('sign_in_attempt')
            .set({ delivery: JSON.stringify(to) })
            .where('token_hash', '=', tokenHash)
            .where('delivery', '=', JSON.stringify(from))
            .returning('token_hash'),
        ),
      ])
      return outcome.kind === 'committed'
    },
  }
}
