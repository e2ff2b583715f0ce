import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createSignInAttemptStore } from '../../src/sign-in/sign-in-attempt.sql.ts'
import { forEachDatabase, forEachDatabaseConfig } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { startSignInApp } from '../support/sign-in-app.ts'

const now = new Date(1_000_000)
const late = new Date(2_000_000)
const attempt = {
  tokenHash: 'h1',
  userId: 'ann',
  proven: [{ factor: 'password', at: 999_000 }],
  request: undefined,
  redirectTo: '/there',
  createdAt: now.getTime(),
  expiresAt: late.getTime(),
}

forEachDatabase('Sign-in attempts', (open) => {
  const setUp = async () => {
    const database = await open()
    const attempts = createSignInAttemptStore(database)
    await database.transact([attempts.openStep(attempt)])
    const consume = async (at = now) => (await database.transact([attempts.consumeGuard('h1', at)])).kind
    return { database, attempts, consume }
  }

  it('keep what a sign-in is for', async () => {
    const { attempts } = await setUp()
    assert.deepEqual(await attempts.find('h1'), { ...attempt, wrongAnswers: 0, delivery: { kind: 'none' } })
    assert.equal(await attempts.find('h2'), undefined)
  })

  it('are used up by one of many at once', async () => {
    const { consume } = await setUp()
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => consume()))
    assert.equal(outcomes.filter((kind) => kind === 'committed').length, 1)
  })

  it('are not used up once expired or answered wrong five times', async () => {
    const { database, attempts, consume } = await setUp()
    assert.equal(await consume(late), 'refused')
    await Promise.all(Array.from({ length: 5 }, () => database.transact([attempts.countWrongStep('h1')])))
    assert.equal((await attempts.find('h1'))?.wrongAnswers, 5)
    assert.equal(await consume(), 'refused')
  })

  it('let one of many at once deliver a code', async () => {
    const { attempts } = await setUp()
    const claims = await Promise.all(
      Array.from({ length: 10 }, () =>
        attempts.replaceDelivery('h1', { kind: 'none' }, { kind: 'sent', at: 5 }),
      ),
    )
    assert.equal(claims.filter(Boolean).length, 1)
    assert.deepEqual((await attempts.find('h1'))?.delivery, { kind: 'sent', at: 5 })
  })

  it('end with the user’s other attempts', async () => {
    const { database, attempts } = await setUp()
    await database.transact([
      attempts.openStep({ ...attempt, tokenHash: 'h2' }),
      attempts.openStep({ ...attempt, tokenHash: 'h3', userId: 'bob' }),
    ])
    await database.transact(attempts.deleteAllOfUserSteps('ann'))
    const left = await Promise.all(['h1', 'h2', 'h3'].map((hash) => attempts.find(hash)))
    assert.deepEqual(
      left.map((found) => found?.userId),
      [undefined, undefined, 'bob'],
    )
  })
})

forEachDatabaseConfig('Signing in at two processes', (fresh) => {
  it('lets one of fifty equal right codes sign in', async () => {
    const config = await fresh()
    const clock = createFakeClock()
    const apps = [await startSignInApp({ config, clock }), await startSignInApp({ config, clock })]
    await apps[0]?.addUser({ id: 'ann' })
    await apps[0]?.enableTotp('ann')
    const tabs = await Promise.all(
      apps.map(async (app, n) => {
        const person = app.person(`192.0.2.${n}`)
        return { app, person, page: await person.follow(await app.logIn(person, 'ann')) }
      }),
    )
    const visits = await Promise.all(
      tabs.flatMap(({ app, person, page }) =>
        Array.from({ length: 25 }, () => person.clone().submit(page, { token: app.code() })),
      ),
    )
    assert.equal(visits.filter((visit) => visit.location === '/').length, 1)
    assert.ok(visits.every((visit) => visit.status < 500))
    const [app] = apps
    assert.ok(app)
    assert.equal((await app.database.all(app.database.sql.selectFrom('session').select('id'))).length, 1)
  })
})
