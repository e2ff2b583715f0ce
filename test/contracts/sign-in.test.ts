import assert from 'node:assert/strict'
import { it } from 'node:test'
import { createSignInAttemptStore } from '../../src/sign-in/sign-in-attempt.sql.ts'
import { forEachDatabase, forEachDatabaseConfig } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { startSignInApp } from '../support/sign-in-app.ts'

const attempt = { id: 'a1', expiresAt: 2_000_000 }

forEachDatabase('Sign-in attempts', (open) => {
  const setUp = async () => {
    const database = await open()
    const attempts = createSignInAttemptStore(database)
    const spend = async () => (await database.transact([attempts.spendGuard(attempt)])).kind
    return { database, attempts, spend }
  }

  it('have no row before something happens to them', async () => {
    const { attempts } = await setUp()
    assert.equal(await attempts.find('a1'), undefined)
  })

  it('are spent by one of many at once, and known to be', async () => {
    const { attempts, spend } = await setUp()
    const outcomes = await Promise.all(Array.from({ length: 20 }, spend))
    assert.equal(outcomes.filter((kind) => kind === 'committed').length, 1)
    assert.equal((await attempts.find('a1'))?.isSpent, true)
  })

  it('are not spent once answered wrong five times, or ended', async () => {
    const { database, attempts, spend } = await setUp()
    await Promise.all(Array.from({ length: 5 }, () => database.transact([attempts.countWrongStep(attempt)])))
    assert.deepEqual(await attempts.find('a1'), {
      wrongAnswers: 5,
      delivery: { kind: 'none' },
      destination: undefined,
      isSpent: false,
    })
    assert.equal(await spend(), 'refused')
    const other = { ...attempt, id: 'a2' }
    await database.transact([attempts.endStep(other)])
    assert.equal((await database.transact([attempts.spendGuard(other)])).kind, 'refused')
  })

  it('are spent after a wrong answer, and end after any', async () => {
    const { database, attempts, spend } = await setUp()
    await database.transact([attempts.countWrongStep(attempt)])
    assert.equal(await spend(), 'committed')
    const other = { ...attempt, id: 'a2' }
    await database.transact([attempts.countWrongStep(other)])
    await database.transact([attempts.endStep(other)])
    assert.deepEqual(await attempts.find('a2'), {
      wrongAnswers: 1,
      delivery: { kind: 'none' },
      destination: undefined,
      isSpent: true,
    })
  })

  it('let one of many at once deliver a code', async () => {
    const { attempts } = await setUp()
    const claims = await Promise.all(
      Array.from({ length: 10 }, () =>
        attempts.replaceDelivery(attempt, { kind: 'none' }, { kind: 'sent', at: 5 }),
      ),
    )
    assert.equal(claims.filter(Boolean).length, 1)
    assert.deepEqual((await attempts.find('a1'))?.delivery, { kind: 'sent', at: 5 })
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
