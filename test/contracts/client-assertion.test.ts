import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { systemPause } from '../../src/kernel/clock.ts'
import type { ClientKey } from '../support/client-assertion.ts'
import { askWith, newClientKey, refusalOf, signAssertion } from '../support/client-assertion.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const CROWD = 50

forEachDatabaseConfig('equal client assertions at once', (fresh) => {
  /** Two apps on one database stand for two processes: they share nothing else. */
  let apps: readonly [StoredApp, StoredApp]
  let key: ClientKey
  before(async () => {
    const shared = { config: await fresh(), clock: createFakeClock(), pause: systemPause }
    apps = [await startStoredApp(shared), await startStoredApp(shared)]
    key = await newClientKey()
    await apps[0].addClient('service', { grant_types: ['client_credentials'], jwks: [key.publicJwk] })
  })

  test('of fifty equal ones one gets tokens, and the rest are recorded as replays', async () => {
    const assertion = await signAssertion(apps[0], key, 'service')
    const answers = await Promise.all(
      Array.from({ length: CROWD }, (_, index) => askWith(apps[index % 2 === 0 ? 0 : 1], assertion)),
    )
    const [winner, ...more] = answers.filter((answer) => answer.status === 200)
    assert.ok(winner)
    assert.equal(more.length, 0)
    for (const answer of answers) {
      if (answer === winner) continue
      assert.deepEqual([answer.status, answer.body.error], [401, 'invalid_client'])
      assert.deepEqual(await refusalOf(apps[0], answer), [['replayed-assertion', 'service']])
    }
  })

  test('fifty different ones at once all count', async () => {
    apps[0].clock.advance(61_000)
    const answers = await Promise.all(
      Array.from({ length: CROWD }, async (_, index) =>
        askWith(apps[index % 2 === 0 ? 0 : 1], await signAssertion(apps[0], key, 'service')),
      ),
    )
    assert.deepEqual(
      answers.map((answer) => answer.status),
      Array(CROWD).fill(200),
    )
  })
})
