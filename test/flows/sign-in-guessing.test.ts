import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

describe('Guessing', () => {
  it('stops after five wrong passwords, whatever the spelling of the name, the browser and the address', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'u1', userName: 'ann', email: 'ann@example.org' })
    const names = ['ann', 'ANN@example.org', 'u1', ' ann ', 'ann@example.org', 'ann']
    const statuses: number[] = []
    for (const [n, name] of names.entries())
      statuses.push((await app.logIn(app.person(`192.0.2.${n}`), name, 'wrong')).status)
    assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429])
    const right = await app.logIn(app.person('192.0.2.77'), 'ann')
    assert.equal(right.status, 429)
    assert.equal(right.page.querySelector('[aria-invalid]'), null)
    assert.equal(right.headers.get('retry-after'), '30')
    assert.match(right.body, /Try again in 30 seconds/)
    app.clock.advance(30_000)
    assert.equal((await app.logIn(app.person(), 'ann')).status, 303)
  })

  it('is answered alike for names that exist and names that do not', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'u1', userName: 'ann' })
    await app.addUser({ id: 'u2', userName: 'carl', email: 'carl@example.org' })
    const tryAll = async (names: readonly string[]) => {
      const statuses: number[] = []
      for (const [n, name] of names.entries())
        statuses.push((await app.logIn(app.person(`203.0.113.${n}`), name, 'wrong')).status)
      return statuses
    }
    const spell = (name: string) => [name, ` ${name}`, name, name, name, name, name.toUpperCase()]
    assert.deepEqual(await tryAll(spell('ann')), await tryAll(spell('bob')))
    assert.deepEqual(await tryAll(spell('carl@example.org')), await tryAll(spell('dora@example.org')))
  })

  it('is stopped by the network after sixty wrong answers a minute, and X-Forwarded-For does not help', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const wrong = (n: number) => app.logIn(app.person(`198.51.100.${n}, 192.0.2.1`), `user${n}`, 'wrong')
    for (let n = 0; n < 60; n += 1) assert.equal((await wrong(n)).status, 422)
    assert.equal((await wrong(61)).status, 429)
    assert.equal((await app.logIn(app.person('192.0.2.1'), 'ann')).status, 429)
    assert.equal((await app.logIn(app.person('192.0.2.2'), 'ann')).status, 303)
  })

  it('never tries more than five of sixty wrong passwords at once', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const person = app.person()
    const page = await person.visit('/auth/login')
    const visits = await Promise.all(
      Array.from({ length: 60 }, () => person.submit(page, { username: 'ann', password: 'wrong' })),
    )
    const counted = visits.filter((visit) => visit.status === 422)
    assert.equal(counted.length, 5)
    assert.ok(visits.every((visit) => visit.status === 422 || visit.status === 429))
  })

  it('of codes stops after five, over many attempts, and leaves the password alone', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    await app.enableTotp('ann')
    const guess = async (n: number, token: string) => {
      const person = app.person(`192.0.2.${n}`)
      return person.submit(await person.follow(await app.logIn(person, 'ann')), { token }, '/confirm')
    }
    const statuses: number[] = []
    for (let n = 0; n < 7; n += 1) statuses.push((await guess(n, app.wrongCode())).status)
    assert.deepEqual(statuses, [422, 422, 422, 422, 422, 429, 429])
    const right = await guess(9, app.code())
    assert.equal(right.status, 429)
    assert.equal(right.headers.get('retry-after'), '30')
    assert.match(right.body, /Too many tries\. Try again in 30 seconds/)
    app.clock.advance(30_000)
    assert.equal((await guess(10, app.code())).status, 303)
  })

  it('of a thousand codes is at no time tried more than the budget allows, and a known device still gets in', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    await app.enableTotp('ann')
    const owner = app.person()
    await app.signInWithCode(owner, 'ann')
    const thief = app.person('198.51.100.1')
    const page = await thief.follow(await app.logIn(thief, 'ann'))
    const visits = []
    for (let round = 0; round < 10; round += 1)
      visits.push(
        ...(await Promise.all(
          Array.from({ length: 100 }, (_, n) => {
            const other = round % 2 === 0 ? thief : thief.clone()
            return other.submit(page, { token: String(900_000 + n) }, '/confirm')
          }),
        )),
      )
    const counted = (await app.audit()).filter((line) =>
      /^second-factor-check failure (wrong|reused)/.test(line),
    )
    assert.equal(counted.length, 5)
    assert.ok(visits.every((visit) => visit.status < 500))
    app.clock.advance(30_000)
    const done = await app.signInWithCode(owner, 'ann', '/auth/login?prompt=login')
    assert.equal(done.location, '/')
  })

  it('at a known device has its own budget and is forgotten with the device', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const owner = app.person()
    await app.logIn(owner, 'ann')
    const stolen = owner.cookies.get('ASDEV')
    for (let n = 0; n < 6; n += 1) await app.logIn(app.person('198.51.100.1'), 'ann', 'wrong')
    assert.equal((await app.logIn(app.person(), 'ann')).status, 429)
    const again = '/auth/login?prompt=login'
    assert.equal((await app.logIn(owner, 'ann', PASSWORD, again)).status, 303)
    assert.notEqual(owner.cookies.get('ASDEV'), stolen)
    const thief = app.person()
    thief.cookies.set('ASDEV', stolen ?? '')
    assert.equal((await app.logIn(thief, 'ann')).status, 429)
    for (let n = 0; n < 5; n += 1) assert.equal((await app.logIn(owner, 'ann', 'wrong', again)).status, 422)
    const blocked = await app.logIn(owner, 'ann', PASSWORD, again)
    assert.equal(blocked.status, 429)
    assert.equal(blocked.headers.get('retry-after'), '900')
    await app.database.transact(app.stores.devices.forgetAllOfUserSteps('ann'))
    app.clock.advance(60_000)
    assert.equal((await app.logIn(owner, 'ann', PASSWORD, again)).status, 303)
  })

  it('stops for good after a hundred in a row, and the page says who can help', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    for (let n = 0; n < 100; n += 1) {
      await app.stores.throttle.failed({ account: 'ann', factor: 'password', address: '198.51.100.1' }, [])
      app.clock.advance(3_600_000)
    }
    const visit = await app.logIn(app.person(), 'ann')
    assert.equal(visit.status, 429)
    assert.match(visit.body, /Ask your administrator/)
    await app.database.transact(app.stores.throttle.resetSteps('ann', 'password'))
    assert.equal((await app.logIn(app.person(), 'ann')).status, 303)
  })

  it('that is refused any number of times fills no log: each block is recorded once', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    for (let n = 0; n < 5; n += 1) await app.logIn(app.person(), 'ann', 'wrong')
    const refusals = async () => {
      const rows = await app.audit()
      return rows.filter((row) => row.includes('throttled')).length
    }
    for (let n = 0; n < 30; n += 1) assert.equal((await app.logIn(app.person(), 'ann')).status, 429)
    assert.equal(await refusals(), 1)
    app.clock.advance(30_000)
    assert.equal((await app.logIn(app.person(), 'ann', 'wrong')).status, 422)
    for (let n = 0; n < 5; n += 1) await app.logIn(app.person(), 'ann')
    assert.equal(await refusals(), 2)
  })
})
