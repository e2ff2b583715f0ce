import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startSignInApp } from '../support/sign-in-app.ts'

describe('Signing out', () => {
  it('asks first, then ends the session on the server and leads to the sign-in page', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'u1', userName: 'ann' })
    const person = app.person()
    await app.logIn(person, 'ann')
    const copy = person.clone()
    const ask = await person.visit('/auth/logout')
    assert.match(ask.body, /You are signed in as <strong><bdi>ann/)
    assert.equal(await app.isSignedIn(person), true)
    const done = await person.submit(ask, {})
    assert.equal(done.status, 303)
    assert.equal(done.location, '/auth/login')
    assert.equal(person.cookies.has('ASID'), false)
    assert.equal(await app.isSignedIn(copy), false)
    assert.ok((await app.audit()).includes('sign-out success u1'))
  })

  it('answers a script that wants JSON with 200 instead of a page to go to', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const person = app.person()
    await app.logIn(person, 'ann')
    const csrf = (await person.visit('/auth/logout')).page.querySelector('[name=csrf]')?.getAttribute('value')
    const done = await person.send('/auth/logout', {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ csrf: csrf ?? '' }),
    })
    assert.deepEqual([done.status, done.body], [200, '{}'])
    assert.equal(await app.isSignedIn(person), false)
  })

  it('ends the tokens of the session and leaves other browsers alone', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const person = app.person()
    const other = app.person()
    await app.logIn(person, 'ann')
    await app.logIn(other, 'ann')
    const session = await app.sessionOfPerson(person)
    const row = await app.database.first(
      app.database.sql
        .selectFrom('session')
        .selectAll()
        .where('id', '=', session?.id ?? ''),
    )
    assert.ok(row)
    const token = { ...row, id: 't1', type: 'authorization_code', token_hash: 'hash', parent_id: row.id }
    await app.database.transact([app.database.step(app.database.sql.insertInto('session').values(token))])
    const isLive = async () =>
      (await app.stores.sessions.findTokenSession('hash', app.clock.now())) !== undefined
    assert.equal(await isLive(), true)
    await person.submit(await person.visit('/auth/logout'), {})
    assert.equal(await isLive(), false)
    assert.equal(await app.isSignedIn(other), true)
  })

  it('ends a sign-in that is under way, and the forms of before', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const person = app.person()
    const form = await person.visit('/auth/login')
    await app.logIn(person, 'ann')
    await person.submit(await person.visit('/auth/logout'), {})
    const late = await person.submit(form, { username: 'ann', password: 'wrong' })
    assert.equal(late.status, 403)
    assert.equal(late.page.querySelector('.cs-actions a')?.getAttribute('href'), '/auth/login')
  })

  it('says so when nobody is signed in, and the landing page leads to the sign-in page', async () => {
    const app = await startSignInApp()
    const person = app.person()
    assert.match((await person.visit('/auth/logout')).body, /You are signed out/)
    assert.equal((await person.send('/')).location, '/auth/login')
  })
})
