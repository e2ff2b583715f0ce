import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Database } from '../../src/db/database.ts'
import { forEachDatabase } from '../support/databases.ts'
import { createOAuthApp } from '../support/oauth-app.ts'
import { obtainCode, redeem, refresh, SECRET, statusOf, webapp } from '../support/oauth-client.ts'

/** The same database, counting what is sent to it. */
const counting = (database: Database) => {
  const counts = { reads: 0, transactions: 0 }
  const counted: Database = {
    ...database,
    first: (query) => {
      counts.reads += 1
      return database.first(query)
    },
    all: (query) => {
      counts.reads += 1
      return database.all(query)
    },
    transact: (steps) => {
      counts.transactions += 1
      return database.transact(steps)
    },
  }
  const costOf = async <T>(action: () => Promise<T>) => {
    const before = { ...counts }
    const result = await action()
    return {
      result,
      reads: counts.reads - before.reads,
      transactions: counts.transactions - before.transactions,
    }
  }
  return { counted, costOf }
}

forEachDatabase('what a token costs', (open) => {
  test('the client, the code or token, one transaction; one read for userinfo', async () => {
    const { counted, costOf } = counting(await open())
    const app = await createOAuthApp(counted)
    await app.addUser('my-user')
    await app.addClient('mywebapp', webapp({}), SECRET)
    const code = await obtainCode(app)
    const issued = await costOf(() => redeem(app, code))
    assert.deepEqual([issued.result.status, issued.reads, issued.transactions], [200, 2, 1])
    const { refresh_token } = issued.result.body
    const refreshed = await costOf(() => refresh(app, refresh_token))
    assert.deepEqual([refreshed.result.status, refreshed.reads, refreshed.transactions], [200, 2, 1])
    const shown = await costOf(() => statusOf(app, refreshed.result.body.access_token))
    assert.deepEqual([shown.result, shown.reads, shown.transactions], [200, 1, 0])
  })
})
