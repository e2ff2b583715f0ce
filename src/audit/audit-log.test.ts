import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase } from '../../test/support/databases.ts'
import type { Database } from '../db/database.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Logger } from '../kernel/logger.ts'
import { silentLogger } from '../kernel/logger.ts'
import { systemRandom } from '../kernel/random.ts'
import { createAuditLog } from './audit-log.sql.ts'

const at = new Date(1_700_000_000_000)
const clock = { now: () => at }
const openLog = (database: Database, clock: Clock, logger: Logger = silentLogger) =>
  createAuditLog({ database, clock, random: systemRandom, pause: async () => {}, logger })

forEachDatabase('the audit log', (open) => {
  test('keeps who, what, outcome, reason, factor, address and request id', async () => {
    const database = await open()
    const auditLog = openLog(database, clock)
    await auditLog.record({
      event: 'password-check',
      outcome: 'failure',
      reason: 'wrong-password',
      userId: 'u1',
      clientId: 'c1',
      actor: 'User/u1',
      factor: 'password',
      origin: { address: '192.0.2.1', requestId: 'r1', userAgent: 'curl/8.5.0' },
      detail: { tries: 2 },
    })
    const [row] = await database.all(database.sql.selectFrom('audit_event').selectAll())
    const { id, ...rest } = row ?? assert.fail('no row')
    assert.match(id, /^[0-9a-f]{32}$/)
    assert.deepEqual(
      { ...rest },
      {
        at: at.getTime(),
        event: 'password-check',
        outcome: 'failure',
        reason: 'wrong-password',
        user_id: 'u1',
        client_id: 'c1',
        actor: 'User/u1',
        factor: 'password',
        address: '192.0.2.1',
        request_id: 'r1',
        user_agent: 'curl/8.5.0',
        detail: '{"tries":2}',
      },
    )
  })

  test('an event is written with what it tells of, or not at all', async () => {
    const database = await open()
    const auditLog = openLog(database, clock)
    const missing = database.sql.deleteFrom('full_access').where('id', '=', 'nobody').returning('id')
    const outcome = await database.transact([
      auditLog.step({ event: 'sign-in', outcome: 'success' }),
      database.guard(missing),
    ])
    assert.deepEqual(outcome, { kind: 'refused', step: 1 })
    assert.deepEqual(await database.all(database.sql.selectFrom('audit_event').selectAll()), [])
  })

  test('hostile text never keeps an event from being written', async () => {
    const database = await open()
    const auditLog = openLog(database, clock)
    const hostile = `\0\ud800'; drop table audit_event; --${'x'.repeat(100_000)}`
    await auditLog.record({
      event: 'sign-in',
      outcome: 'failure',
      userId: hostile,
      detail: { login: hostile },
    })
    const rows = await database.all(database.sql.selectFrom('audit_event').select(['user_id', 'detail']))
    assert.equal(rows.length, 1)
    assert.ok((rows[0]?.user_id?.length ?? 0) <= 300)
    assert.ok((rows[0]?.detail?.length ?? 0) <= 5000)
  })

  test('what may be recorded soon is recorded together, and a failure is logged', async () => {
    const database = await open()
    let transactions = 0
    const counted: Database = {
      ...database,
      transact: (steps) => {
        transactions += 1
        return database.transact(steps)
      },
    }
    const auditLog = openLog(counted, clock)
    for (const userId of ['ann', 'bob', 'eve'])
      auditLog.recordSoon({ event: 'password-check', outcome: 'success', userId })
    await auditLog.settle()
    const rows = await database.all(database.sql.selectFrom('audit_event').select('user_id'))
    assert.deepEqual(rows.map((row) => row.user_id).toSorted(), ['ann', 'bob', 'eve'])
    assert.equal(transactions, 1)

    const logged: string[] = []
    const failing: Database = {
      ...database,
      transact: async () => {
        throw new Error('the disk is full')
      },
    }
    const logger = { ...silentLogger, error: (_: unknown, message: string) => logged.push(message) }
    const other = openLog(failing, clock, logger)
    other.recordSoon({ event: 'password-check', outcome: 'success' })
    await other.settle()
    assert.deepEqual(logged, ['audit events could not be recorded'])
  })
})
