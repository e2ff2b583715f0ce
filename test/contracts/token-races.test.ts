import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabase } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import type { OAuthApp } from '../support/oauth-app.ts'
import { createOAuthApp } from '../support/oauth-app.ts'
import type { TokenAnswer } from '../support/oauth-client.ts'
import { obtainCode, redeem, refresh, SECRET, statusOf, webapp } from '../support/oauth-client.ts'

const CROWD = 50

forEachDatabase('equal token requests at once', (open) => {
  const start = async (): Promise<readonly [OAuthApp, OAuthApp]> => {
    const database = await open()
    const clock = createFakeClock()
    // NOTE: two apps on one database stand for two processes: they share nothing else.
    const apps = [
      await createOAuthApp(database, { clock }),
      await createOAuthApp(database, { clock }),
    ] as const
    await apps[0].addUser('my-user')
    await apps[0].addClient('mywebapp', webapp({}), SECRET)
    return apps
  }
  const crowd = (send: (index: number) => Promise<TokenAnswer>): Promise<readonly TokenAnswer[]> =>
    Promise.all(Array.from({ length: CROWD }, (_, index) => send(index)))

  test('of fifty equal codes one gives tokens, and they end since the code was used twice', async () => {
    const apps = await start()
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
    const apps = await start()
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
    const apps = await start()
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
    const [app] = await start()
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
    const [app] = await start()
    for (let round = 0; round < 5; round += 1) {
      const { body } = await redeem(app, await obtainCode(app))
      const [refreshed] = await Promise.all([
        refresh(app, body.refresh_token),
        app.database.transact(app.sessions.endAllOfUserSteps('my-user', 'password-change', app.clock.now())),
      ])
      assert.equal(await statusOf(app, body.access_token), 401)
      if (refreshed.status === 200) assert.equal(await statusOf(app, refreshed.body.access_token), 401)
    }
  })
})
