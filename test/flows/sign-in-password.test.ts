import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DEFAULT_POLICY } from '../../src/auth-config/current-auth-policy.ts'
import { reprovePassword } from '../../src/sign-in/reprove-password.ts'
import { createTotpFactor } from '../../src/two-factor/totp/totp-factor.ts'
import type { Person } from '../support/person.ts'
import { quickHasher } from '../support/quick-hasher.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

const WRONG = /The username or password is not right\./
const QUERY = '/auth/login?client_id=mywebapp&response_type=code'
const base64 = (text: string): string => encodeURIComponent(Buffer.from(text).toString('base64'))

/** What asking a signed-in person for the password again comes to. */
const reprove = async (app: SignInApp, person: Person, password: string) => {
  const session = (await app.sessionOfPerson(person)) ?? assert.fail('not signed in')
  const factor = createTotpFactor({
    ...app.stores,
    clock: app.clock,
    currentPolicy: async () => DEFAULT_POLICY,
    deliver: async () => ({ kind: 'none' }),
  })
  const deps = {
    ...app.stores,
    hasher: quickHasher,
    clock: app.clock,
    pause: async () => {},
    factors: [factor],
  }
  return reprovePassword(deps, session, password, { address: '192.0.2.1', requestId: 'test' }, undefined)
}

describe('Signing in with a password', () => {
  it('takes userName, e-mail in any case and id, leads to the landing page and sets the session cookie', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'u1', userName: 'ann', email: 'ann@example.org' })
    for (const name of ['ann', 'Ann@Example.org', 'u1', ' ann ']) {
      const person = app.person()
      const visit = await app.logIn(person, name)
      assert.equal(visit.status, 303, name)
      assert.equal(visit.location, '/')
      const cookie = visit.headers.getSetCookie().find((line) => line.startsWith('ASID='))
      assert.match(cookie ?? '', /^ASID=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; SameSite=Lax$/)
      assert.match((await person.visit('/')).body, /You are signed in.*ann/s)
    }
  })

  it('says the same for an unknown name, a wrong password, no password and an inactive user', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    await app.addUser({ id: 'ina', inactive: true })
    await app.addUser({ id: 'nopass' }, '')
    const pages = new Set<string>()
    for (const [name, password] of [
      ['nobody', PASSWORD],
      ['ann', 'wrong'],
      ['ann', ''],
      ['ann', `${PASSWORD} `],
      ['ann', 'x'.repeat(2000)],
      ['ina', PASSWORD],
      ['ina', 'wrong'],
      ['nopass', ''],
      ['', PASSWORD],
    ] as const) {
      const visit = await app.logIn(app.person(), name, password)
      assert.equal(visit.status, 422, name)
      assert.match(visit.body, WRONG)
      pages.add(
        visit.body
          .replaceAll(/name="csrf" value="[^"]*"/g, '')
          .replaceAll(`value="${name}"`, '')
          .replaceAll(/\s+(?:autofocus\s+)?/g, ' '),
      )
    }
    assert.equal(pages.size, 1, [...pages].join('\n\n'))
    const reasons = (await app.audit()).filter((line) => line.startsWith('password-check failure'))
    assert.ok(reasons.includes('password-check failure unknown-user'))
    assert.ok(reasons.includes('password-check failure wrong-password ann'))
    assert.ok(reasons.includes('password-check failure inactive ina'))
  })

  it('tells callers that prefer JSON as OAuth does, and only who knows the password that a user is inactive', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    await app.addUser({ id: 'ina', inactive: true })
    const person = app.person()
    const csrf = (await person.visit('/auth/login')).page.querySelector('[name=csrf]')?.getAttribute('value')
    const post = (username: string, password: string) =>
      person.send('/auth/login', {
        method: 'POST',
        body: new URLSearchParams({ csrf: csrf ?? '', username, password }).toString(),
        headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      })
    const answers: unknown[] = []
    for (const [name, password] of [
      ['ina', PASSWORD],
      ['ina', 'wrong'],
      ['nobody', 'wrong'],
    ] as const) {
      const { status, body } = await post(name, password)
      answers.push([status, JSON.parse(body)])
    }
    const wrong = [
      400,
      { error: 'invalid_grant', error_description: 'The username or password is not right.' },
    ]
    const inactive = [400, { error: 'invalid_grant', error_description: 'User is inactive' }]
    assert.deepEqual(answers, [inactive, wrong, wrong])
    for (let n = 0; n < 5; n += 1) await post('ann', 'wrong')
    assert.equal((await post('ann', PASSWORD)).status, 429)
  })

  it('goes back to the app that waits, whose request it carries over the form', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const person = app.person()
    const first = await person.visit(`${QUERY}&login_hint=ann%40example.org`)
    assert.equal(first.status, 200)
    assert.match(first.body, /continue to <strong><bdi>My web app/)
    assert.match(first.body, /value="ann@example\.org"/)
    assert.match(first.headers.get('content-security-policy') ?? '', /form-action 'self' http: https:;/)
    const wrong = await person.submit(first, { username: 'ann', password: 'wrong' })
    assert.equal(wrong.status, 422)
    const visit = await person.submit(wrong, { username: 'ann', password: PASSWORD })
    assert.equal(visit.status, 303)
    assert.equal(await app.userOf(visit.location), 'ann')
    assert.equal(await app.userOf((await person.send(QUERY)).location), 'ann')
  })

  it('resumes a saved request in its own browser only', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const person = app.person()
    const page = (await person.visit(QUERY)).page
    const request = page.querySelector('input[name=request]')?.getAttribute('value')
    const path = `/auth/login?request=${request}`
    assert.match((await person.visit(path)).body, /My web app/)
    const stranger = await app.person().visit(path)
    assert.match(stranger.body, /took too long/)
    assert.doesNotMatch(stranger.body, /My web app/)
  })

  it('takes the OAuth query of the address it is sent to, but the saved request wins', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const person = app.person()
    const fields = { username: 'ann', password: PASSWORD }
    const first = await person.visit('/auth/login')
    first.page.querySelector('form')?.setAttribute('action', QUERY)
    assert.equal(await app.userOf((await person.submit(first, fields)).location), 'ann')
    const second = await app.person()
    const saved = await second.visit(QUERY)
    saved.page.querySelector('form')?.setAttribute('action', '/auth/login?client_id=evil&response_type=code')
    assert.equal(await app.userOf((await second.submit(saved, fields)).location), 'ann')
  })

  it('goes where redirect_to says if that is a page of ours, also when signed in already', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const targets = [
      [base64('http://localhost:8080/auth/two-factor?x=1'), '/auth/two-factor?x=1'],
      [encodeURIComponent('/auth/two-factor'), '/auth/two-factor'],
      [base64('https://elsewhere.example/'), '/'],
      ['%2F%2Felsewhere.example', '/'],
    ] as const
    for (const [given, location] of targets) {
      const person = app.person()
      assert.equal(
        (await app.logIn(person, 'ann', PASSWORD, `/auth/login?redirect_to=${given}`)).location,
        location,
      )
      assert.equal((await person.send(`/auth/login?redirect_to=${given}`)).location, location)
    }
  })

  it('shows the form to a signed-in browser that is to sign in again', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const person = app.person()
    await app.logIn(person, 'ann')
    assert.equal((await person.send('/auth/login')).location, '/')
    assert.equal((await person.send('/auth/login?prompt=login')).status, 200)
  })

  it('gives the session a new id at each sign-in and ends the old one', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    await app.addUser({ id: 'bob' })
    const person = app.person()
    person.cookies.set('ASID', 'A'.repeat(43))
    await app.logIn(person, 'ann')
    assert.notEqual(person.cookies.get('ASID'), 'A'.repeat(43))
    const before = person.clone()
    await app.logIn(person, 'ann', PASSWORD, '/auth/login?prompt=login')
    assert.equal(await app.isSignedIn(before), false)
    assert.equal(await app.isSignedIn(person), true)
    const asAnn = person.clone()
    await app.logIn(person, 'bob', PASSWORD, '/auth/login?prompt=login')
    assert.equal(await app.isSignedIn(asAnn), false)
    assert.equal((await app.sessionOfPerson(person))?.userId, 'bob')
  })

  it('replaces an imported scrypt hash at the first sign-in', async () => {
    const app = await startSignInApp()
    const imported = '$s0$f0801$HhKy93HnLn0qSmsS2JCZnQ==$P0oAp6yx6k8bCbeFN2UT9UfjKROuggn7deLbX2Mpm2M='
    await app.addUser({ id: 'ann' }, imported)
    await app.logIn(app.person(), 'ann', 'wrong')
    assert.equal((await app.stores.passwords.find('ann'))?.hash, imported)
    assert.equal((await app.logIn(app.person(), 'ann', '123456')).status, 303)
    assert.match((await app.stores.passwords.find('ann'))?.hash ?? '', /^\$argon2id\$/)
    assert.equal((await app.logIn(app.person(), 'ann', '123456')).status, 303)
  })

  it('ends the sessions of a user who becomes inactive', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const person = app.person()
    await app.logIn(person, 'ann')
    await app.addUser({ id: 'ann', inactive: true })
    assert.equal(await app.isSignedIn(person), false)
  })

  it('renews a session when its user gives the password again, and counts wrong ones', async () => {
    const app = await startSignInApp()
    await app.addUser({ id: 'ann' })
    const person = app.person()
    await app.logIn(person, 'ann')
    app.clock.advance(20 * 60_000)
    for (let n = 0; n < 5; n += 1) assert.deepEqual(await reprove(app, person, 'wrong'), { kind: 'wrong' })
    assert.deepEqual(await reprove(app, person, PASSWORD), { kind: 'throttled', retryAfterSeconds: 30 })
    app.clock.advance(30_000)
    assert.deepEqual(await reprove(app, person, PASSWORD), { kind: 'proven' })
    assert.equal((await app.sessionOfPerson(person))?.authenticatedAt, app.clock.now().getTime())
    app.clock.advance(60_000)
    await app.enableTotp('ann')
    assert.deepEqual(await reprove(app, person, PASSWORD), { kind: 'proven' })
    assert.equal((await app.sessionOfPerson(person))?.authenticatedAt, app.clock.now().getTime() - 60_000)
  })
})
