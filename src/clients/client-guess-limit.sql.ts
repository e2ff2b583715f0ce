import type { RawBuilder, SqlBool } from 'kysely'
import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'
import { networkOf } from '../http/client-address.ts'
import { commit } from '../kernel/transact.ts'
import { WINDOW_MILLISECONDS, WRONG_PER_WINDOW } from './client-guess-budget.ts'
import type { ClientGuessLimit } from './client-guess-limit.store.ts'

/** NOTE: a window that ends too late was begun while the clock ran ahead. */
const isOver = (at: number): RawBuilder<SqlBool> =>
  raw<SqlBool>`(throttle.window_ends_at <= cast(${at} as bigint) or throttle.window_ends_at > cast(${at + WINDOW_MILLISECONDS} as bigint))`

export const createClientGuessLimit = ({ sql, first, step, transact }: Database): ClientGuessLimit => {
  const keyOf = (address: string) => `client-secret:network:${networkOf(address)}`

  return {
    secondsToWait: async (address, now) => {
      const row = await first<{ failures: number; window_ends_at: number }>(
        sql.selectFrom('throttle').select(['failures', 'window_ends_at']).where('key', '=', keyOf(address)),
      )
      const wait = (row?.window_ends_at ?? 0) - now.getTime()
      return row !== undefined && row.failures >= WRONG_PER_WINDOW && wait > 0 && wait <= WINDOW_MILLISECONDS
        ? Math.ceil(wait / 1000)
        : undefined
    },
    countWrong: async (address, now, also) => {
      const at = now.getTime()
      const count = step(
        sql
          .insertInto('throttle')
          .values({
            key: keyOf(address),
            failures: 1,
            window_ends_at: at + WINDOW_MILLISECONDS,
            blocked_until: 0,
            sweep_at: at + 2 * WINDOW_MILLISECONDS,
          })
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet((row) => ({
              failures: row
                .case()
                .when(isOver(at))
                .then(1)
                .else(row('throttle.failures', '+', 1))
                .end(),
              window_ends_at: row
                .case()
                .when(isOver(at))
                .then(at + WINDOW_MILLISECONDS)
                .else(row.ref('throttle.window_ends_at'))
                .end(),
              sweep_at: at + 2 * WINDOW_MILLISECONDS,
            })),
          )
          .returning('failures'),
      )
      const [result] = await commit(transact, [count, ...also])
      return Number(result?.rows[0]?.failures) >= WRONG_PER_WINDOW ? 'used-up' : 'open'
    },
  }
}
