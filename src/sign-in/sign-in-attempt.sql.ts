import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import type { SignInAttemptTable } from '../db/tables.ts'
import type { ProvenFactor } from '../sessions/session.ts'
import type { Delivery } from '../two-factor/second-factor.ts'
import type { SignInAttemptStore } from './sign-in-attempt.store.ts'
import { MAX_WRONG_ANSWERS } from './sign-in-attempt.ts'

const NOT_SENT: Delivery = { kind: 'none' }

export const createSignInAttemptStore = (database: Database): SignInAttemptStore => {
  const { sql } = database
  const select = prepared<{ tokenHash: string }, SignInAttemptTable>((value) =>
    sql.selectFrom('sign_in_attempt').selectAll().where('token_hash', '=', value('tokenHash')),
  )
  const insert = prepared<SignInAttemptTable>((value) =>
    sql.insertInto('sign_in_attempt').values({
      token_hash: value('token_hash'),
      user_id: value('user_id'),
      proven: value('proven'),
      request: value('request'),
      redirect_to: value('redirect_to'),
      wrong_answers: value('wrong_answers'),
      delivery: value('delivery'),
      created_at: value('created_at'),
      expires_at: value('expires_at'),
    }),
  )
  const remove = prepared<{ tokenHash: string }>((value) =>
    sql.deleteFrom('sign_in_attempt').where('token_hash', '=', value('tokenHash')),
  )
  const consume = prepared<{ tokenHash: string; now: number }>((value) =>
    sql
      .deleteFrom('sign_in_attempt')
      .where('token_hash', '=', value('tokenHash'))
      .where('wrong_answers', '<', MAX_WRONG_ANSWERS)
      .where('expires_at', '>', value('now'))
      .returning('token_hash'),
  )
  return {
    find: async (tokenHash) => {
      const row = await database.first(select({ tokenHash }))
      return (
        row && {
          tokenHash,
          userId: row.user_id,
          proven: JSON.parse(row.proven) as readonly ProvenFactor[],
          request: row.request ?? undefined,
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
        insert({
          token_hash: attempt.tokenHash,
          user_id: attempt.userId,
          proven: JSON.stringify(attempt.proven),
          request: attempt.request ?? null,
          redirect_to: attempt.redirectTo ?? null,
          wrong_answers: 0,
          delivery: JSON.stringify(NOT_SENT),
          created_at: attempt.createdAt,
          expires_at: attempt.expiresAt,
        }),
      ),
    deleteStep: (tokenHash) => database.step(remove({ tokenHash })),
    deleteAllOfUserSteps: (userId) => [
      database.step(sql.deleteFrom('sign_in_attempt').where('user_id', '=', userId)),
    ],
    consumeGuard: (tokenHash, now) => database.guard(consume({ tokenHash, now: now.getTime() })),
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
