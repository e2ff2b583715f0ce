// OpenID Connect Core §5.5.1.1, §3.1.2.1: acr as a step up to a second factor, and what may never be told of a sign-in.
import assert from 'node:assert/strict'
import { before, beforeEach, describe, test } from 'node:test'
import { decodeJwt } from 'jose'
import { eventually } from '../support/eventually.ts'
import { answerOf, authorizePath, redeem, refresh, SECRET, webapp } from '../support/oauth-client.ts'
import type { Person, Visit } from '../support/person.ts'
import { quickHasher } from '../support/quick-hasher.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

const NEED = JSON.stringify({ id_token: { acr: { essential: true, values: ['aal2'] } } })

describe('OpenID Connect Core §5.5.1.1: acr', () => {
  let app: SignInApp
  before(async () => {
    app = await startSignInApp()
    await app.addClient('mywebapp', webapp({ refresh_token: true }), SECRET)
    await app.addUser({ id: 'u1', userName: 'ann' })
    await app.addUser({ id: 'u2', userName: 'bob' })
    await app.enableTotp('u2')
  })
  // NOTE: each code is good for one step.
  beforeEach(() => app.clock.advance(30_000))

  const ask = (person: Person, parameters: Readonly<Record<string, string>>) =>
    person.send(authorizePath({ scope: 'openid', state: 'st', ...parameters }))
  const errorOf = ({ location }: Visit): string | null => answerOf(location).get('error')
  const redeemed = async ({ location }: Visit) => redeem(app, answerOf(location).get('code') ?? '')
  const claimsOf = async (visit: Visit) => decodeJwt(String((await redeemed(visit)).body.id_token))
  /** A browser whose user turned the second factor on after it signed in. */
  const withoutCode = async (userId: string): Promise<Person> => {
    const person = app.person()
    person.cookies.set('ASID', (await app.signIn(userId)).cookie)
    return person
  }
  /** To the code page, without a password: the session stands for it. */
  const toCode = async (person: Person, visit: Visit): Promise<Visit> => {
    const page = await person.follow(visit)
    assert.equal(page.page.querySelector('input[type=password]'), null, 'only what is missing is asked for')
    return person.follow(await person.submit(page, {}, '/step-up'))
  }
  const stepUp = async (person: Person, visit: Visit): Promise<Visit> =>
    person.submit(await toCode(person, visit), { token: app.code() }, '/confirm')

  test('a sign-in without the second factor that its user has is not enough for aal2: it is asked for', async () => {
    for (const parameters of [{ acr_values: 'aal2' }, { claims: NEED }]) {
      const person = await withoutCode('u2')
      const before = await claimsOf(await ask(person, {}))
      app.clock.advance(1000)
      const { acr, amr, sub, ...after } = await claimsOf(await stepUp(person, await ask(person, parameters)))
      assert.deepEqual([sub, acr, amr], ['u2', 'aal2', ['pwd', 'otp', 'mfa']])
      assert.equal(after.sid, before.sid)
      assert.equal(after.auth_time, before.auth_time, 'nobody showed the password again')
      const again = await claimsOf(await ask(person, { ...parameters, prompt: 'none' }))
      assert.equal(again.acr, 'aal2', 'and not again')
      app.clock.advance(30_000)
    }
  })

  test('a session that ended, or a password that changed, stands for nothing while the code is typed', async () => {
    const person = await withoutCode('u2')
    const code = await toCode(person, await ask(person, { claims: NEED }))
    const session = await app.sessionOfPerson(person)
    await app.database.transact(
      app.stores.sessions.endSteps(session?.id ?? '', 'signed-out', app.clock.now()),
    )
    for (let again = 0; again < 6; again += 1) {
      const late = await person.submit(code, { token: app.code() }, '/confirm')
      assert.equal(late.location?.startsWith('/auth/login'), true)
    }
    assert.equal(await app.isSignedIn(person), false)
    const counted = (await app.audit()).filter((event) => /second-factor-check failure .*u2/.test(event))
    assert.deepEqual(counted, [], 'a right code is no guess')
    assert.equal((await app.signInWithCode(app.person(), 'bob')).status, 303)
    app.clock.advance(30_000)

    const other = await withoutCode('u2')
    const page = await toCode(other, await ask(other, { claims: NEED }))
    await app.addUser({ id: 'u2', userName: 'bob' }, await quickHasher.hash('another password'))
    app.clock.advance(30_000)
    const refused = await other.submit(page, { token: app.code() }, '/confirm')
    assert.equal(refused.location?.startsWith('/auth/login'), true)
    await app.addUser({ id: 'u2', userName: 'bob' })
  })

  test('a wrong code is counted and opens nothing; another account may be used instead', async () => {
    const person = await withoutCode('u2')
    const visit = await ask(person, { claims: NEED })
    const code = await toCode(person, visit)
    const wrong = await person.submit(code, { token: app.wrongCode() }, '/confirm')
    assert.equal(wrong.status, 422)
    assert.equal((await app.sessionOfPerson(person))?.proven.length, 1)
    const page = await person.follow(visit)
    const href = page.page.querySelector('footer a')?.getAttribute('href') ?? ''
    const login = await person.visit(href)
    const done = await person.submit(login, { username: 'ann', password: PASSWORD }, '/auth/login')
    assert.equal(errorOf(await person.follow(done)), 'unmet_authentication_requirements')
  })

  test('looking sends no code and begins nothing, and the form must come from the page', async () => {
    const person = await withoutCode('u2')
    const page = await person.follow(await ask(person, { claims: NEED }))
    assert.equal(person.cookies.has('ASTRY'), false)
    const forged = await person.send('/auth/login/2fa/step-up', {
      method: 'POST',
      body: new URLSearchParams({ request: new URL(page.url).searchParams.get('request') ?? '' }),
    })
    assert.equal(forged.status, 403)
    assert.equal(person.cookies.has('ASTRY'), false)
    for (const path of ['/auth/login/2fa/step-up', '/auth/login/2fa/step-up?request=x'])
      assert.equal((await person.send(path)).status, 303)
    const plain = await ask(person, {})
    assert.ok(answerOf(plain.location).has('code'), 'who asks for nothing is asked for nothing')
  })

  test('a wish goes on with what there is, and says so; with prompt=none it asks nobody', async () => {
    const ann = await withoutCode('u1')
    assert.equal((await claimsOf(await ask(ann, { acr_values: 'aal2' }))).acr, 'aal1')
    const bob = await withoutCode('u2')
    assert.equal((await claimsOf(await ask(bob, { acr_values: 'aal2', prompt: 'none' }))).acr, 'aal1')
    assert.equal((await claimsOf(await ask(bob, { acr_values: 'aal2 aal1' }))).acr, 'aal1')
    assert.equal((await claimsOf(await ask(bob, { acr_values: 'phr urn:x' }))).acr, 'aal1')
  })

  test('§5.5.1.1: an essential class that cannot be reached "MUST" be treated "as a failed authentication attempt"', async () => {
    const ann = await withoutCode('u1')
    assert.equal(errorOf(await ask(ann, { claims: NEED })), 'unmet_authentication_requirements')
    const bob = await withoutCode('u2')
    assert.equal(errorOf(await ask(bob, { claims: NEED, prompt: 'none' })), 'login_required')
    for (const named of [{ value: 'phr' }, { value: 2 }, { values: [2] }, { values: [] }]) {
      const claims = JSON.stringify({ id_token: { acr: { essential: true, ...named } } })
      assert.equal(errorOf(await ask(app.person(), { claims })), 'unmet_authentication_requirements', claims)
    }
    await eventually(async () =>
      (await app.audit()).some(
        (line) => line === 'authorization failure unmet_authentication_requirements u1',
      ),
    )
  })

  test('who signs in for an essential class without a second factor is told to the client, not let through', async () => {
    const person = app.person()
    const login = await person.follow(await ask(person, { claims: NEED }))
    const done = await person.submit(login, { username: 'ann', password: PASSWORD }, '/auth/login')
    assert.equal(errorOf(await person.follow(done)), 'unmet_authentication_requirements')
  })

  test('§5.5.1.1: "MUST return an acr Claim Value that matches one of the requested values": aal2 is aal1 as well', async () => {
    const person = app.person()
    await app.signInWithCode(person, 'bob')
    const asked = { id_token: { acr: { essential: true, values: ['aal1'] } } }
    const visit = await ask(person, { claims: JSON.stringify(asked) })
    const { body } = await redeemed(visit)
    assert.equal(decodeJwt(String(body.id_token)).acr, 'aal1')
    const next = await refresh(app, String(body.refresh_token))
    assert.equal(decodeJwt(String(next.body.id_token)).acr, 'aal1', 'also of a refresh')
    assert.equal((await claimsOf(await ask(person, {}))).acr, 'aal2')
  })

  test('a right password alone reaches no class: no code before the second factor, whatever was asked for', async () => {
    const person = app.person()
    const login = await person.follow(await ask(person, { acr_values: 'aal1' }))
    await person.submit(login, { username: 'bob', password: PASSWORD }, '/auth/login')
    assert.equal(errorOf(await ask(person, { acr_values: 'aal1', prompt: 'none' })), 'login_required')
  })
})
