import type { Expression, SqlBool } from 'kysely'
import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'
import { fixed } from '../db/fixed.ts'
import { prepared } from '../db/prepared.ts'
import type { LoggedInClientTable, LogoutNoticeTable } from '../db/tables.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { LogoutNoticeStore } from './logout-notice.store.ts'

/** After a day an application has ended the session by itself, or does not care. */
const GIVEN_UP_AFTER_MILLISECONDS = 24 * 3600_000
/** Longer, so that giving up is recorded before the sweeper comes. */
const KEPT_MILLISECONDS = 2 * GIVEN_UP_AFTER_MILLISECONDS

/** What hangs on a browser session is kept as long as its row. */
export const KEPT_AFTER_SESSION_MILLISECONDS = 24 * 3600_000

/**
 * Queues a notice for every application that the browser sessions ended at `at` signed their user in to and that wants to be
 * told (OpenID Connect Back-Channel Logout 1.0 §2.5).
 * Comes after what ends them: that waits for whoever is just signing in to one more.
 * @param which tells the browser sessions, `b`
 */
export const queueLogoutNotices = (
  { sql, dialect, step }: Database,
  which: Expression<SqlBool>,
  at: Date,
): WriteStep =>
  step(
    sql
      .insertInto('logout_notice')
      .columns(['session_id', 'client_id', 'user_id', 'attempts', 'next_at', 'expires_at'])
      .expression(
        sql
          .selectFrom('session as b')
          .innerJoin('logged_in_client as l', 'l.session_id', 'b.id')
          .innerJoin('resource as c', (join) =>
            join.onRef('c.id', '=', 'l.client_id').on('c.kind', '=', 'Client').on('c.is_deleted', '=', 0),
          )
          .select([
            'b.id',
            'c.id as client_id',
            'b.user_id',
            raw<number>`cast(0 as bigint)`.as('attempts'),
            raw<number>`cast(${at.getTime()} as bigint)`.as('next_at'),
            raw<number>`cast(${at.getTime() + KEPT_MILLISECONDS} as bigint)`.as('expires_at'),
          ])
          .where('b.type', '=', 'browser')
          .where('b.ended_at', '=', at.getTime())
          .where('b.user_id', 'is not', null)
          .where(which)
          .where(dialect.jsonText('c.body', ['backchannel_logout_uri']), 'is not', null)
          .$castTo<LogoutNoticeTable>(),
      )
      .onConflict((conflict) => conflict.columns(['session_id', 'client_id']).doNothing()),
  )

export const createLogoutNoticeStore = (database: Database): LogoutNoticeStore => {
  const { sql } = database
  const due = prepared<{ now: number }, { session_id: string; client_id: string }>((value) => {
    const held = sql.selectFrom('logout_hold').select('client_id').where('held_until', '>', value('now'))
    return sql
      .selectFrom('logout_notice')
      .select(['session_id', 'client_id'])
      .where('next_at', '<=', value('now'))
      .where('client_id', 'not in', held)
      .orderBy('next_at')
      .limit(fixed(1))
  })
  const remember = prepared<LoggedInClientTable>((value) =>
    sql
      .insertInto('logged_in_client')
      .values({
        session_id: value('session_id'),
        client_id: value('client_id'),
        expires_at: value('expires_at'),
      })
      .onConflict((conflict) => conflict.columns(['session_id', 'client_id']).doNothing()),
  )
  return {
    rememberStep: ({ id, expiresAt }, clientId) =>
      database.step(
        remember({
          session_id: id,
          client_id: clientId,
          expires_at: expiresAt + KEPT_AFTER_SESSION_MILLISECONDS,
        }),
      ),
    claim: async (now, leaseUntil) => {
      for (;;) {
        // NOTE: found by a read, which nobody's write waits for, however many wait for an application that is down.
        const found = await database.first(due({ now: now.getTime() }))
        if (found === undefined) return undefined
        const outcome = await database.transact([
          database.guard(
            sql
              .updateTable('logout_notice')
              .set({ attempts: raw<number>`attempts + 1`, next_at: leaseUntil.getTime() })
              .where('session_id', '=', found.session_id)
              .where('client_id', '=', found.client_id)
              .where('next_at', '<=', now.getTime())
              .returning(['session_id', 'client_id', 'user_id', 'attempts', 'expires_at']),
          ),
        ])
        const row = outcome.kind === 'committed' ? outcome.results[0]?.rows[0] : undefined
        if (row !== undefined)
          return {
            sessionId: String(row.session_id),
            clientId: String(row.client_id),
            userId: String(row.user_id),
            attempts: Number(row.attempts),
            giveUpAt: Number(row.expires_at) - (KEPT_MILLISECONDS - GIVEN_UP_AFTER_MILLISECONDS),
          }
      }
    },
    doneStep: ({ sessionId, clientId }) =>
      database.step(
        sql.deleteFrom('logout_notice').where('session_id', '=', sessionId).where('client_id', '=', clientId),
      ),
    holdStep: (clientId, until) =>
      database.step(
        sql
          .insertInto('logout_hold')
          .values({ client_id: clientId, held_until: until.getTime() })
          .onConflict((conflict) =>
            conflict.column('client_id').doUpdateSet({ held_until: until.getTime() }),
          ),
      ),
    retryStep: ({ sessionId, clientId }, at) =>
      database.step(
        sql
          .updateTable('logout_notice')
          .set({ next_at: at.getTime() })
          .where('session_id', '=', sessionId)
          .where('client_id', '=', clientId),
      ),
  }
}
