import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import type { Delivery } from '../two-factor/second-factor.ts'
import type { Destination } from './destination.ts'
import type { AttemptKey, SignInAttemptStore } from './sign-in-attempt.store.ts'
import { MAX_WRONG_ANSWERS } from './sign-in-attempt.ts'

interface FoundRow {
  readonly wrong_answers: number
  readonly delivery: string
  readonly destination: string | null
  readonly is_spent: 0 | 1
}

const NOT_SENT = JSON.stringify({ kind: 'none' } satisfies Delivery)

export const createSignInAttemptStore = (database: Database): SignInAttemptStore => {
  const { sql } = database
  const select = prepared<{ id: string }, FoundRow>((value) =>
    sql
      .selectFrom('sign_in_attempt')
      .select(['wrong_answers', 'delivery', 'destination', 'is_spent'])
      .where('id', '=', value('id')),
  )
  const spend = prepared<AttemptKey>((value) =>
    sql
      .insertInto('sign_in_attempt')
      .values({
        id: value('id'),
        wrong_answers: 0,
        delivery: NOT_SENT,
        destination: null,
        is_spent: 1,
        expires_at: value('expiresAt'),
      })
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet({ is_spent: 1 })
          .where('sign_in_attempt.is_spent', '=', 0)
          .where('sign_in_attempt.wrong_answers', '<', MAX_WRONG_ANSWERS),
      )
      .returning('id'),
  )
  const row = { wrong_answers: 0, delivery: NOT_SENT, destination: null, is_spent: 0 } as const

  return {
    find: async (id) => {
      const found = await database.first(select({ id }))
      return (
        found && {
          wrongAnswers: found.wrong_answers,
          delivery: JSON.parse(found.delivery) as Delivery,
          destination:
            found.destination === null ? undefined : (JSON.parse(found.destination) as Destination),
          isSpent: found.is_spent === 1,
        }
      )
    },
    addStep: ({ id, expiresAt }, destination) =>
      database.step(
        sql
          .insertInto('sign_in_attempt')
          .values({ ...row, id, destination: JSON.stringify(destination), expires_at: expiresAt }),
      ),
    spendGuard: ({ id, expiresAt }) => database.guard(spend({ id, expiresAt })),
    endStep: ({ id, expiresAt }) =>
      database.step(
        sql
          .insertInto('sign_in_attempt')
          .values({ ...row, id, is_spent: 1, expires_at: expiresAt })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ is_spent: 1 })),
      ),
    countWrongStep: ({ id, expiresAt }) =>
      database.step(
        sql
          .insertInto('sign_in_attempt')
          .values({ ...row, id, wrong_answers: 1, expires_at: expiresAt })
          .onConflict((conflict) =>
            conflict
              .column('id')
              .doUpdateSet({ wrong_answers: raw<number>`sign_in_attempt.wrong_answers + 1` }),
          ),
      ),
    replaceDelivery: async ({ id, expiresAt }, from, to) => {
      const outcome = await database.transact([
        database.step(
          sql
            .insertInto('sign_in_attempt')
            .values({ ...row, id, expires_at: expiresAt })
            .onConflict((conflict) => conflict.column('id').doNothing()),
        ),
        database.guard(
          sql
            .updateTable('sign_in_attempt')
            .set({ delivery: JSON.stringify(to) })
            .where('id', '=', id)
            .where('delivery', '=', JSON.stringify(from))
            .returning('id'),
        ),
      ])
      return outcome.kind === 'committed'
    },
  }
}
