import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/db/database.ts'
import { sweepOnce } from '../../src/db/sweep.ts'
import { forEachDatabase } from '../support/databases.ts'
import { sessionRow } from '../support/session-row.ts'

const now = new Date('2026-01-02T03:04:05Z')
const past = now.getTime()
const future = past + 1

const device = (id: number, expiresAt: number) => ({
  token_hash: `t${id}`,
  user_id: 'u',
  device_id: 'd',
  expires_at: expiresAt,
})

/** One expired row (`past`) and one living row (`future`) in every expiring table. */
const fill = async (database: Database) => {
  const { sql } = database
  const rows = [
    { id: 'gone', at: past },
    { id: 'lives', at: future },
  ].flatMap(({ id, at }) => [
    sql.insertInto('session').values(sessionRow({ id, type: 'browser', sweep_at: at })),
    sql
      .insertInto('sign_in_attempt')
      .values({ id, wrong_answers: 0, delivery: '{}', destination: null, is_spent: 0, expires_at: at }),
    sql.insertInto('logged_in_client').values({ session_id: id, client_id: 'c', expires_at: at }),
    sql.insertInto('logout_notice').values({
      session_id: id,
      client_id: 'c',
      user_id: 'u',
      attempts: 0,
      next_at: 0,
      expires_at: at,
    }),
    sql.insertInto('logout_hold').values({ client_id: id, held_until: at }),
    sql.insertInto('totp_pending').values({ session_id: id, user_id: 'u', secret: 's', expires_at: at }),
    sql.insertInto('known_device').values({ token_hash: id, user_id: 'u', device_id: 'd', expires_at: at }),
    sql.insertInto('client_assertion').values({ client_id: 'c', jti_hash: id, expires_at: at }),
    sql.insertInto('password_reset').values({
      user_id: id,
      link_hash: id,
      link_expires_at: at,
      set_hash: null,
      set_expires_at: null,
      expires_at: at,
    }),
    sql
      .insertInto('throttle')
      .values({ key: id, failures: 1, window_ends_at: 0, blocked_until: 0, sweep_at: at }),
  ])
  await database.transact(rows.map((row) => database.step(row)))
}

forEachDatabase('the sweeper', (open) => {
  test('deletes what expired from every table and nothing else', async () => {
    const database = await open()
    await fill(database)
    assert.equal(await sweepOnce(database, now), 10)
    const { sql } = database
    const left = await Promise.all([
      database.all(sql.selectFrom('session').select('id as key')),
      database.all(sql.selectFrom('sign_in_attempt').select('id as key')),
      database.all(sql.selectFrom('logged_in_client').select('session_id as key')),
      database.all(sql.selectFrom('logout_notice').select('session_id as key')),
      database.all(sql.selectFrom('logout_hold').select('client_id as key')),
      database.all(sql.selectFrom('totp_pending').select('session_id as key')),
      database.all(sql.selectFrom('known_device').select('token_hash as key')),
      database.all(sql.selectFrom('client_assertion').select('jti_hash as key')),
      database.all(sql.selectFrom('password_reset').select('user_id as key')),
      database.all(sql.selectFrom('throttle').select('key')),
    ])
    assert.deepEqual(
      left,
      Array.from({ length: 10 }, () => [{ key: 'lives' }]),
    )
    assert.equal(await sweepOnce(database, now), 0)
  })

  test('deletes more rows than fit one batch, also when two sweep at once', async () => {
    const database = await open()
    const rows = Array.from({ length: 1201 }, (_, id) => device(id, past))
    await database.transact([
      database.step(database.sql.insertInto('known_device').values([...rows, device(9999, future)])),
    ])
    const deleted = await Promise.all([sweepOnce(database, now), sweepOnce(database, now)])
    assert.equal(deleted[0] + deleted[1], 1201)
    assert.equal((await database.all(database.sql.selectFrom('known_device').selectAll())).length, 1)
  })
})
