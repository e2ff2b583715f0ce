import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createLogoutNoticeStore } from '../../src/sessions/logout-notice.sql.ts'
import { forEachDatabase, forEachDatabaseConfig, openAndCloseAfter } from '../support/databases.ts'
import { MYWEBAPP, SECRET } from '../support/oauth-client.ts'
import { portWithoutListener } from '../support/servers.ts'
import { startStoredApp } from '../support/stored-app.ts'

const NOW = new Date('2026-01-02T03:04:05Z')
const after = (milliseconds: number): Date => new Date(NOW.getTime() + milliseconds)

/** Notices that are due at `NOW`, the first since longest. */
const notices = (clientId: string, count: number, dueAt = NOW.getTime()) =>
  Array.from({ length: count }, (_, index) => ({
    session_id: `${clientId}-${index}`,
    client_id: clientId,
    user_id: 'ann',
    attempts: 0,
    next_at: dueAt - count + index,
    expires_at: dueAt + 2 * 86_400_000,
  }))

forEachDatabase('Notices of ended sessions', (open) => {
  it('come in the order in which they were due, none of an application that is left alone', async () => {
    const database = await open()
    const store = createLogoutNoticeStore(database)
    const rows = [...notices('down', 3), ...notices('up', 2)]
    await database.transact([
      database.step(database.sql.insertInto('logout_notice').values(rows)),
      store.holdStep('down', after(5)),
      store.holdStep('down', after(10)),
    ])
    const claimAllAt = async (now: Date): Promise<readonly string[]> => {
      const claimed: string[] = []
      for (;;) {
        const notice = await store.claim(now, after(1000))
        if (notice === undefined) return claimed
        claimed.push(notice.sessionId)
      }
    }
    assert.deepEqual(await claimAllAt(after(9)), ['up-0', 'up-1'])
    assert.deepEqual(await claimAllAt(after(10)), ['down-0', 'down-1', 'down-2'])
  })
})

forEachDatabaseConfig('Notices of ended sessions in several processes', (fresh) => {
  it('are taken by one of them each', async () => {
    const config = await fresh()
    const databases = await Promise.all([1, 2, 3].map(() => openAndCloseAfter(config)))
    const [first] = databases
    assert.ok(first)
    await first.transact([first.step(first.sql.insertInto('logout_notice').values(notices('app', 30)))])
    const claimed = await Promise.all(
      databases.map(createLogoutNoticeStore).map(async (store) => {
        const taken: string[] = []
        for (;;) {
          const notice = await store.claim(NOW, after(1000))
          if (notice === undefined) return taken
          taken.push(notice.sessionId)
        }
      }),
    )
    assert.deepEqual(
      claimed.flat().toSorted(),
      notices('app', 30)
        .map((row) => row.session_id)
        .toSorted(),
    )
  })

  it('that wait for an application that is down are not written again and again', async () => {
    const app = await startStoredApp({ config: await fresh() })
    const uri = `http://127.0.0.1:${await portWithoutListener()}/`
    await app.addClient('mywebapp', { ...MYWEBAPP, backchannel_logout_uri: uri }, SECRET)
    const { sql } = app.database
    const waiting = notices('mywebapp', 50, app.clock.now().getTime())
    await app.database.transact([app.database.step(sql.insertInto('logout_notice').values(waiting))])
    const tried = await app.app.deliverLogouts()
    assert.ok(tried >= 1 && tried <= 4, `${tried} calls at once`)
    const left = await app.database.all(sql.selectFrom('logout_notice').selectAll().where('attempts', '=', 0))
    assert.deepEqual(
      left.map((row) => row.next_at).toSorted(),
      waiting
        .slice(tried)
        .map((row) => row.next_at)
        .toSorted(),
    )
    assert.equal(await app.app.deliverLogouts(), 0)
  })
})
