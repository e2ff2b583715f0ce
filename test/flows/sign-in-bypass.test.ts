import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Person, Visit } from '../support/person.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

const CODE_PATH = '/auth/login/2fa/confirm'
const FORM = 'application/x-www-form-urlencoded'

const start = async () => {
  const app = await startSignInApp()
  await app.addUser({ id: 'ann' })
  await app.addUser({ id: 'bob' })
  await app.enableTotp('ann')
  await app.enableTotp('bob')
  const atCodePage = async (person: Person, name: string) => person.follow(await app.logIn(person, name))
  return { app, atCodePage }
}

/** The hidden token of a page's form. */
const csrfOf = (visit: Visit): string =>
  visit.page.querySelector('input[name=csrf]')?.getAttribute('value') ?? ''

const post = (person: Person, path: string, body: string, headers: Record<string, string> = {}) =>
  person.send(path, {
    method: 'POST',
    body,
    headers: { 'content-type': FORM, origin: 'http://localhost:8080', ...headers },
  })

describe('Nobody gets past the code page', () => {
  it('by opening the next page directly, in a second tab or with the attempt’s cookie as a session', async () => {
    const { app, atCodePage } = await start()
    const person = app.person()
    await atCodePage(person, 'ann')
    assert.equal((await person.send('/')).location, '/auth/login')
    assert.equal((await person.send('/auth/login?client_id=mywebapp&response_type=code')).status, 200)
    const thief = person.clone()
    thief.cookies.set('ASID', thief.cookies.get('ASTRY') ?? '')
    assert.equal(await app.isSignedIn(thief), false)
    assert.equal((await thief.visit('/auth/logout')).body.includes('You are signed in as'), false)
  })

  it('with the attempt of somebody else, or with its cookie in another browser', async () => {
    const { app, atCodePage } = await start()
    const ann = app.person()
    const mallory = app.person('198.51.100.1')
    await atCodePage(ann, 'ann')
    const page = await atCodePage(mallory, 'bob')
    mallory.cookies.set('ASTRY', ann.cookies.get('ASTRY') ?? '')
    const visit = await mallory.submit(page, { token: app.code() })
    assert.equal(visit.location, '/auth/login')
    assert.equal(await app.isSignedIn(mallory), false)
    const annVisit = await ann.submit(await ann.visit(CODE_PATH), { token: app.code() })
    assert.equal(annVisit.location, '/')
    assert.equal((await app.sessionOfPerson(ann))?.userId, 'ann')
  })

  it('with an attempt that was used already, whatever the code', async () => {
    const { app, atCodePage } = await start()
    const person = app.person()
    const page = await atCodePage(person, 'ann')
    const copy = person.clone()
    await person.submit(page, { token: app.code() })
    app.clock.advance(30_000)
    assert.equal((await copy.send(CODE_PATH)).location, '/auth/login', 'nor can it be looked at')
    assert.equal((await copy.submit(page, { token: app.code() })).location, '/auth/login')
    assert.equal(await app.isSignedIn(copy), false)
  })

  it('with a second session cookie, which a neighbouring subdomain may have added', async () => {
    const { app } = await start()
    await app.addUser({ id: 'carl' })
    const person = app.person()
    await app.logIn(person, 'carl')
    const own = person.cookies.get('ASID')
    for (const other of ['x', `${own}x`])
      for (const cookie of [`ASID=${other}; ASID=${own}`, `ASID=${own}; ASID=${other}`])
        assert.equal((await app.fetch(new Request(app.url, { headers: { cookie } }))).status, 303, cookie)
    const twice = new Request(app.url, { headers: { cookie: `ASID=${own}; ASID=${own}` } })
    assert.equal((await app.fetch(twice)).status, 200)
  })

  it('with an attempt that a newer password step of the browser replaced', async () => {
    const { app, atCodePage } = await start()
    const person = app.person()
    const page = await atCodePage(person, 'ann')
    const old = person.clone()
    await atCodePage(person, 'bob')
    assert.equal((await old.submit(page, { token: app.code() })).location, '/auth/login')
    const next = await atCodePage(person, 'ann')
    const older = person.clone()
    await app.addUser({ id: 'carl' })
    await app.logIn(person, 'carl')
    assert.equal((await older.submit(next, { token: app.code() })).location, '/auth/login')
  })

  it('as another user while signed in: the session is whose code it was', async () => {
    const { app, atCodePage } = await start()
    const person = app.person()
    await app.signInWithCode(person, 'ann')
    const asAnn = person.clone()
    app.clock.advance(60_000)
    const login = await person.visit('/auth/login?prompt=login')
    const page = await person.follow(await person.submit(login, { username: 'bob', password: PASSWORD }))
    assert.equal((await app.sessionOfPerson(person))?.userId, 'ann')
    await person.submit(page, { token: app.code() })
    assert.equal((await app.sessionOfPerson(person))?.userId, 'bob')
    assert.equal(await app.isSignedIn(asAnn), false)
    assert.equal((await atCodePage(app.person(), 'ann')).status, 200)
  })

  it('with HEAD, OPTIONS, another method or an override of it', async () => {
    const { app, atCodePage } = await start()
    const person = app.person()
    const csrf = csrfOf(await atCodePage(person, 'ann'))
    const body = `csrf=${encodeURIComponent(csrf)}&token=${app.code()}`
    for (const method of ['HEAD', 'OPTIONS']) {
      const visit = await person.send(`${CODE_PATH}?${body}`, { method })
      assert.ok(visit.status < 400, method)
    }
    const put = await person.send(CODE_PATH, {
      method: 'PUT',
      body,
      headers: { 'content-type': FORM, origin: 'http://localhost:8080' },
    })
    assert.equal(put.status, 405)
    assert.equal((await person.send(`${CODE_PATH}?${body}&_method=POST`)).status, 200)
    await person.send(`${CODE_PATH}?${body}`, { headers: { 'x-http-method-override': 'POST' } })
    assert.equal(await app.isSignedIn(person), false)
  })

  it('with arrays, objects, JSON, doubled fields or none', async () => {
    const { app, atCodePage } = await start()
    const person = app.person()
    const csrf = encodeURIComponent(csrfOf(await atCodePage(person, 'ann')))
    const code = app.code()
    for (const body of [
      `csrf=${csrf}`,
      `csrf=${csrf}&token[]=${code}`,
      `csrf=${csrf}&token[0]=${code}`,
      `csrf=${csrf}&token.$ne=x`,
      `csrf=${csrf}&token=${code}&token=${code}`,
      `csrf=${csrf}&csrf=${csrf}&token=${code}`,
      `csrf=${csrf}&token=%ff`,
    ]) {
      const visit = await post(person, CODE_PATH, body)
      assert.equal(visit.status, 400, body)
    }
    const json = await post(person, CODE_PATH, JSON.stringify({ csrf, token: code }), {
      'content-type': 'application/json',
    })
    assert.equal(json.status, 415)
    assert.equal(await app.isSignedIn(person), false)
    const login = await person.visit('/auth/login')
    const token = encodeURIComponent(csrfOf(login))
    for (const body of [
      `csrf=${token}&username=ann`,
      `csrf=${token}&password=x`,
      `csrf=${token}&username=ann&password[]=${PASSWORD}`,
      `csrf=${token}&username=ann&password=a&password=b`,
    ])
      assert.equal((await post(person, '/auth/login', body)).status, 400, body)
  })

  it('from another site, or without the token of the form', async () => {
    const { app, atCodePage } = await start()
    const person = app.person()
    const csrf = encodeURIComponent(csrfOf(await atCodePage(person, 'ann')))
    const body = `csrf=${csrf}&token=${app.code()}`
    for (const [sent, headers] of [
      [body, { origin: 'https://elsewhere.example' }],
      [body, { 'sec-fetch-site': 'cross-site' }],
      [`token=${app.code()}`, {}],
      [`csrf=${csrf.replace(/^./, (first) => (first === '_' ? '-' : '_'))}&token=${app.code()}`, {}],
    ] as const)
      assert.equal((await post(person, CODE_PATH, sent, headers)).status, 403)
    const login = `csrf=x&username=ann&password=${encodeURIComponent(PASSWORD)}`
    assert.equal((await post(app.person(), '/auth/login', login)).status, 403)
    assert.equal((await post(person, '/auth/logout', 'csrf=x')).status, 403)
    assert.equal(await app.isSignedIn(person), false)
  })

  it('when the user became inactive, was deleted or lost the second factor in between', async () => {
    const { app, atCodePage } = await start()
    const person = app.person()
    const page = await atCodePage(person, 'ann')
    await app.addUser({ id: 'ann', inactive: true })
    const visit = await person.submit(page, { token: app.code() })
    assert.equal(visit.status, 422)
    assert.match(visit.body, /This code is not right/)
    await app.addUser({ id: 'ann' })
    assert.equal(await app.isSignedIn(person), false)

    const other = app.person()
    const otherPage = await atCodePage(other, 'bob')
    await app.disableTotp('bob')
    assert.equal((await other.send(CODE_PATH)).status, 303)
    assert.equal((await other.submit(otherPage, { token: app.code() })).status, 303)
    assert.equal(await app.isSignedIn(other), false)
    assert.equal((await app.database.all(app.database.sql.selectFrom('session').select('id'))).length, 0)
  })
})
