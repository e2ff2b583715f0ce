import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { systemPause } from '../../src/kernel/clock.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import type { TokenAnswer } from '../support/oauth-client.ts'
import { obtainCode, redeem, refresh, SECRET, statusOf, webapp } from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const CROWD = 50

forEachDatabaseConfig('equal token requests at once', (fresh) => {
  /** Two apps on one database stand for two processes: they share nothing else. */
  let apps: readonly [StoredApp, StoredApp]
  let app: StoredApp
  before(async () => {
    const shared = { config: await fresh(), clock: createFakeClock(), pause: systemPause }
    apps = [await startStoredApp(shared), await startStoredApp(shared)]
    ;[app] = apps
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', webapp({}), SECRET)
  })
  const crowd = (send: (index: number) => Promise<TokenAnswer>): Promise<readonly TokenAnswer[]> =>
    Promise.all(Array.from({ length: CROWD }, (_, index) => send(index)))

  test('of fifty equal codes one gives tokens, and they end since the code was used twice', async () => {
    const code = await obtainCode(apps[0])
    const answers = await crowd((index) => redeem(apps[index % 2 === 0 ? 0 : 1], code))
    const [winner, ...more] = answers.filter((answer) => answer.status === 200)
    assert.equal(more.length, 0)
    assert.ok(winner)
    for (const answer of answers)
      if (answer !== winner) assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_grant'])
    assert.equal(await statusOf(apps[0], winner.body.access_token), 401)
    assert.equal((await refresh(apps[0], winner.body.refresh_token)).body.error, 'invalid_grant')
  })

  test('of fifty equal refresh tokens one gives tokens, and they live', async () => {
    const { body } = await redeem(apps[0], await obtainCode(apps[0]))
    const answers = await crowd((index) => refresh(apps[index % 2 === 0 ? 0 : 1], body.refresh_token))
    const [winner, ...more] = answers.filter((answer) => answer.status === 200)
    assert.equal(more.length, 0)
    assert.ok(winner)
    for (const answer of answers)
      if (answer !== winner) assert.deepEqual([answer.status, answer.body.error], [400, 'invalid_grant'])
    assert.equal(await statusOf(apps[0], winner.body.access_token), 200)
    assert.equal((await refresh(apps[0], winner.body.refresh_token)).status, 200)
  })

  test('of fifty equal retries of a lost answer none or one gives tokens, and one pair at most lives', async () => {
    const { body } = await redeem(apps[0], await obtainCode(apps[0]))
    const lost = await refresh(apps[0], body.refresh_token)
    apps[0].clock.advance(1000)
    const answers = await crowd((index) => refresh(apps[index % 2 === 0 ? 0 : 1], body.refresh_token))
    const won = answers.filter((answer) => answer.status === 200)
    assert.ok(won.length <= 1, `${won.length} retries got tokens`)
    const pairs = [lost, ...won]
    const alive = await Promise.all(pairs.map((answer) => statusOf(apps[0], answer.body.access_token)))
    assert.equal(alive.filter((status) => status === 200).length, 1)
  })

  test('a family that ends while its token is refreshed leaves no pair alive', async () => {
    for (let round = 0; round < 5; round += 1) {
      const first = (await redeem(app, await obtainCode(app))).body
      const second = (await refresh(app, first.refresh_token)).body
      app.clock.advance(10_001)
      const [refreshed, reused] = await Promise.all([
        refresh(app, second.refresh_token),
        refresh(app, first.refresh_token),
      ])
      assert.equal(reused.status, 400)
      if (refreshed.status === 200) assert.equal(await statusOf(app, refreshed.body.access_token), 401)
      assert.equal(await statusOf(app, second.access_token), 401)
    }
  })

  test('a user who is signed out everywhere while tokens are refreshed keeps no pair', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { body } = await redeem(app, await obtainCode(app))
      const [refreshed] = await Promise.all([
        refresh(app, body.refresh_token),
        app.database.transact(
          app.stores.sessions.endAllOfUserSteps('my-user', 'password-change', app.clock.now()),
        ),
      ])
      assert.equal(await statusOf(app, body.access_token), 401)
      if (refreshed.status === 200) assert.equal(await statusOf(app, refreshed.body.access_token), 401)
    }
  })
})
