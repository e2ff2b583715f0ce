import type { RawBuilder, SqlBool } from 'kysely'
import { sql as raw } from 'kysely'
import type { Database } from '../db/database.ts'
import type { Parameter } from '../db/prepared.ts'
import { prepared } from '../db/prepared.ts'
import { networkOf } from '../http/client-address.ts'
import type { Clock } from '../kernel/clock.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { Guess, Throttle, ThrottleState } from './throttle.ts'
import type { Block, Budget } from './throttle-budgets.ts'
import {
  accountKey,
  chargesOf,
  deviceInARowKey,
  deviceKey,
  FOR_EVER,
  KEPT_MILLISECONDS,
  LONGEST_BLOCK,
} from './throttle-budgets.ts'

export interface ThrottleDeps {
  readonly database: Database
  readonly clock: Clock
}

/**
 * Counts in the database, each counter by one guarded statement: of any number of guesses in flight, in however many
 * processes, only so many are counted as the budget has left, and the others are refused.
 */
export const createThrottle = ({ database, clock }: ThrottleDeps): Throttle => {
  const { sql } = database
  const now = (): number => clock.now().getTime()
  const charges = (guess: Guess): ReturnType<typeof chargesOf> => chargesOf(guess, networkOf(guess.address))

  const keysOfDevices = (account: string, prefix: string) =>
    sql
      .selectFrom('known_device')
      .select(raw<string>`cast(${prefix} as text) || device_id`.as('key'))
      .where('user_id', '=', account)

  const blocks = prepared<{ one: string; other: string }, { blocked_until: number }>((value) =>
    sql
      .selectFrom('throttle')
      .select('blocked_until')
      .where('key', 'in', [value('one'), value('other')]),
  )
  const clearUnblocked = prepared<KeyAt>((value) =>
    sql
      .deleteFrom('throttle')
      .where('key', '=', value('key'))
      .where((or) => or.not(isBlocked(boundAt(value)))),
  )
  const notBlocked = prepared<KeyAt>((value) => {
    const blocked = sql
      .selectFrom('throttle')
      .select('key')
      .where('key', '=', value('key'))
      .where(isBlocked(boundAt(value)))
    return sql.selectNoFrom(raw<number>`1`.as('is_open')).where((or) => or.not(or.exists(blocked)))
  })

  const state = async (guess: Guess): Promise<ThrottleState> => {
    const [one, other] = charges(guess)
    const rows = await database.all(blocks({ one: one.key, other: other.key }))
    const at = now()
    return stateAt(
      Math.max(0, ...rows.map((row) => row.blocked_until).filter((until) => isBlock(until, at))),
      at,
    )
  }

  return {
    state,
    failed: async (guess, also) => {
      const counts = charges(guess).map(({ key, budget }) => countStep(database, key, budget, now()))
      const outcome = await database.transact([...counts, ...also])
      if (outcome.kind === 'committed') return { kind: 'open' }
      const blocked = await state(guess)
      return blocked.kind === 'open' ? { kind: 'throttled', retryAfterSeconds: 1 } : blocked
    },
    succeededSteps: (guess) =>
      charges(guess).flatMap(({ key, isCleared }) => [
        ...(isCleared ? [database.step(clearUnblocked(keyAt(key, now())))] : []),
        database.guard(notBlocked(keyAt(key, now()))),
      ]),
    clearedSteps: (guess) =>
      charges(guess).flatMap(({ key, isCleared }) =>
        isCleared ? [database.step(clearUnblocked(keyAt(key, now())))] : [],
      ),
    isDisabled: async (account, factor) => {
      const row = await database.first(
        sql
          .selectFrom('throttle')
          .select('key')
          .where('blocked_until', '>=', FOR_EVER)
          .where((or) =>
            or.or([
              or('key', '=', accountKey(account, factor)),
              or('key', 'in', keysOfDevices(account, deviceInARowKey('', factor))),
            ]),
          ),
      )
      return row !== undefined
    },
    resetSteps: (account, factor) => [
      database.step(sql.deleteFrom('throttle').where('key', '=', accountKey(account, factor))),
      ...[deviceKey('', factor), deviceInARowKey('', factor)].map((prefix) =>
        database.step(sql.deleteFrom('throttle').where('key', 'in', keysOfDevices(account, prefix))),
      ),
    ],
  }
}

/** For load tests: nothing is counted and nobody waits. */
export const openThrottle = (database: Database): Throttle => ({
  state: async () => ({ kind: 'open' }),
  failed: async (_, also) => {
    await database.transact(also)
    return { kind: 'open' }
  },
  succeededSteps: () => [],
  clearedSteps: () => [],
  isDisabled: async () => false,
  resetSteps: () => [],
})

const isBlock = (until: number, now: number): boolean =>
  until > now && (until <= now + LONGEST_BLOCK || until >= FOR_EVER)

interface KeyAt {
  readonly key: string
  readonly now: number
  readonly latest: number
}

/** NOTE: the sum is made here, for the statement must not depend on a number. */
const keyAt = (key: string, now: number): KeyAt => ({ key, now, latest: now + LONGEST_BLOCK })

const boundAt = (value: Parameter<KeyAt>) => ({ now: value('now'), latest: value('latest') })

/** {@link isBlock} as the database decides it. */
const isBlocked = ({ now, latest }: Pick<KeyAt, 'now' | 'latest'>): RawBuilder<SqlBool> => {
  const until = raw.ref('throttle.blocked_until')
  return raw<SqlBool>`(${until} > ${big(now)} and (${until} <= ${big(latest)} or ${until} >= ${big(FOR_EVER)}))`
}

const stateAt = (blockedUntil: number, now: number): ThrottleState => {
  if (blockedUntil >= FOR_EVER) return { kind: 'disabled' }
  if (blockedUntil <= now) return { kind: 'open' }
  return { kind: 'throttled', retryAfterSeconds: Math.ceil((blockedUntil - now) / 1000) }
}

/** Counts one wrong answer and blocks what the budget says; refused while blocked. */
const countStep = (database: Database, key: string, budget: Budget, now: number): WriteStep => {
  const { windowMilliseconds, blocks } = budget
  const isOver = raw`throttle.window_ends_at <= ${big(now)} or throttle.window_ends_at > ${big(now + (windowMilliseconds ?? 0))}`
  const failures =
    windowMilliseconds === undefined
      ? raw<number>`(throttle.failures + 1)`
      : raw<number>`(case when ${isOver} then 1 else throttle.failures + 1 end)`
  const windowEnd =
    windowMilliseconds === undefined
      ? big(0)
      : raw<number>`(case when ${isOver} then ${big(now + windowMilliseconds)} else throttle.window_ends_at end)`
  const until = ({ milliseconds }: Block): RawBuilder<number> => {
    if (milliseconds === 'rest-of-window') return windowEnd
    return big(milliseconds === 'for-ever' ? FOR_EVER : now + milliseconds)
  }
  // NOTE: the last block that is reached counts, so the branches run from the last to the first.
  const branches = blocks
    .toReversed()
    .map((block) => raw`when ${failures} >= ${big(block.after)} then ${until(block)}`)
  const lasting = blocks.find((block) => block.milliseconds === 'for-ever')
  const kept = windowMilliseconds === undefined ? big(now + KEPT_MILLISECONDS) : windowEnd
  const sweepAt =
    lasting === undefined
      ? kept
      : raw<number>`(case when ${failures} >= ${big(lasting.after)} then ${big(FOR_EVER)} else ${kept} end)`

  return database.guard(
    database.sql
      .insertInto('throttle')
      .values({
        key,
        failures: 1,
        window_ends_at: windowMilliseconds === undefined ? 0 : now + windowMilliseconds,
        blocked_until: 0,
        sweep_at: now + (windowMilliseconds ?? KEPT_MILLISECONDS),
      })
      .onConflict((conflict) =>
        conflict
          .column('key')
          .doUpdateSet({
            failures,
            window_ends_at: windowEnd,
            blocked_until: raw<number>`(case ${raw.join(branches, raw` `)} else ${big(0)} end)`,
            sweep_at: sweepAt,
          })
          .where((or) => or.not(isBlocked(keyAt(key, now)))),
      )
      .returning('failures'),
  )
}

/** PostgreSQL takes a bare parameter of a CASE for text. */
const big = (value: number): RawBuilder<number> => raw<number>`cast(${value} as bigint)`
