import { sql } from 'kysely'
import type { Compilable, Database } from './database.ts'

/** Small, so that a sweep never keeps anybody waiting for long. */
const BATCH = 500

const EXPIRING = [
  { table: 'session', key: 'id', expiry: 'sweep_at' },
  { table: 'sign_in_attempt', key: 'id', expiry: 'expires_at' },
  { table: 'logged_in_client', key: 'session_id, client_id', expiry: 'expires_at' },
  { table: 'logout_notice', key: 'session_id, client_id', expiry: 'expires_at' },
  { table: 'logout_hold', key: 'client_id', expiry: 'held_until' },
  { table: 'totp_pending', key: 'session_id', expiry: 'expires_at' },
  { table: 'known_device', key: 'token_hash, user_id', expiry: 'expires_at' },
  { table: 'client_assertion', key: 'client_id, jti_hash', expiry: 'expires_at' },
  { table: 'password_reset', key: 'user_id', expiry: 'expires_at' },
  { table: 'throttle', key: 'key', expiry: 'sweep_at' },
] as const

/**
 * Deletes what expired at `now` or before, one transaction per batch, and answers how many rows that were.
 * Several processes may sweep at once.
 * @throws {Problem} unavailable — what was deleted until then stays deleted
 */
export const sweepOnce = async (database: Database, now: Date): Promise<number> => {
  let deleted = 0
  for (const expiring of EXPIRING) {
    let batch = BATCH
    while (batch === BATCH) {
      const outcome = await database.transact([database.step(deletion(database, expiring, now))])
      batch = outcome.kind === 'committed' ? (outcome.results[0]?.changed ?? 0) : 0
      deleted += batch
    }
  }
  return deleted
}

const deletion = (
  database: Database,
  { table, key, expiry }: (typeof EXPIRING)[number],
  now: Date,
): Compilable<unknown> => {
  const keys = sql.raw(key)
  const rows = sql`select ${keys} from ${sql.table(table)} where ${sql.ref(expiry)} <= ${now.getTime()} order by ${sql.ref(expiry)} limit ${BATCH}`
  const statement = sql`delete from ${sql.table(table)} where (${keys}) in (${rows})`
  return { compile: () => statement.compile(database.sql) }
}
