import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FORM } from '../support/attack.ts'
import {
  answerOf,
  authorizePath,
  redeem,
  refresh,
  SECRET,
  statusOf,
  webapp,
} from '../support/oauth-client.ts'
import { callAs, callFrom, startWithApp, told } from '../support/own-ui.ts'
import type { Person } from '../support/person.ts'
import { AT_LEAST_8, knownDevices, start } from '../support/two-factor-steps.ts'

const CHANGE = '/auth/change-password'
const NEXT = 'a few new words'

const isSignedIn = async (person: Person): Promise<boolean> => (await person.send('/')).status === 200

/** What the audit log tells of passwords. */
const eventsOf = async ({ app }: Pick<Awaited<ReturnType<typeof start>>, 'app'>) =>
  (await app.audit())
    .filter(({ event, user_id: userId }) => event.startsWith('password') && userId === 'my-user')
    .map(({ event, outcome, reason }) => [event, outcome, reason])

const signIn = async (person: Person, password: string) =>
  person.submit(await person.visit('/auth/login'), { username: 'my-user', password })

describe('The page to change the password', () => {
  it('replaces it, ends every session, this one too, and says so on the sign-in page', async () => {
    const { app, person } = await start()
    const elsewhere = await app.signIn('my-user')
    person.cookies.delete('ASID')
    for (const browser of [person, app.person()]) await signIn(browser, 'password')
    assert.equal((await knownDevices(app)).length, 2)
    const settings = await person.visit('/auth/two-factor')
    const link = settings.page.querySelectorAll('a').find(({ text }) => text === 'Change password')
    const form = await person.visit(link?.getAttribute('href') ?? '')
    assert.equal(form.status, 200)
    for (const name of ['currentPassword', 'newPassword', 'repeatedPassword'])
      assert.equal(form.page.querySelector(`[name=${name}]`)?.getAttribute('type'), 'password', name)

    const fields = { currentPassword: 'password', newPassword: NEXT, repeatedPassword: NEXT }
    const answer = await person.submit(form, fields, CHANGE)
    assert.equal(answer.status, 303)
    assert.equal((await knownDevices(app)).length, 1, 'this browser alone is no stranger')
    const login = await person.follow(answer)
    assert.match(login.page.querySelector('[role=status]')?.text ?? '', /Your password is changed/)
    assert(!login.page.querySelector('[role=alert]'))
    assert.equal(person.cookies.has('ASID'), false)
    assert.equal(await isSignedIn(elsewhere), false)
    assert.equal((await signIn(person, 'password')).status, 422)
    assert.equal((await signIn(person, NEXT)).status, 303)
    assert.deepEqual((await eventsOf({ app })).slice(0, 1), [['password-change', 'success', null]])
  })

  it('asks again beside the field that is wrong, and changes nothing', async () => {
    const { app, person } = await start(AT_LEAST_8)
    const form = await person.visit(CHANGE)
    const cases = [
      ['currentPassword', { currentPassword: 'wrong one', newPassword: NEXT, repeatedPassword: NEXT }],
      ['newPassword', { currentPassword: 'password', newPassword: 'password', repeatedPassword: 'password' }],
      ['newPassword', { currentPassword: 'password', newPassword: 'seven c', repeatedPassword: 'seven c' }],
      ['repeatedPassword', { currentPassword: 'password', newPassword: NEXT, repeatedPassword: `${NEXT}!` }],
    ] as const
    for (const [field, fields] of cases) {
      const again = await person.submit(form, fields, CHANGE)
      assert.equal(again.status, 422)
      assert(again.page.querySelector(`#${field}-error`), again.body)
      assert.deepEqual(
        again.page.querySelectorAll('[autofocus]').map(({ id }) => id),
        [field],
      )
      assert.match(again.page.querySelector('title')?.text ?? '', /^Error: /)
      for (const secret of Object.values(fields)) assert(!again.body.includes(`value="${secret}`))
    }
    assert(await isSignedIn(person))
    assert.equal((await signIn(app.person(), 'password')).status, 303)
  })

  it('sends who is not signed in to the sign-in page and back', async () => {
    const { app } = await start()
    const person = app.person()
    const login = await person.visit(CHANGE)
    const back = await person.submit(login, { username: 'my-user', password: 'password' })
    assert.equal(back.location, CHANGE)
    const nobody = await app.person().send(CHANGE, { method: 'POST', headers: { 'content-type': FORM } })
    assert.equal(nobody.status, 303)
  })

  it('takes no form of another site', async () => {
    const { person } = await start()
    const form = await person.visit(CHANGE)
    const body = new URLSearchParams({ currentPassword: 'password', newPassword: NEXT })
    const headers = { 'content-type': FORM, 'sec-fetch-site': 'cross-site' }
    assert.equal((await person.send(CHANGE, { method: 'POST', body, headers })).status, 403)
    body.set('csrf', form.page.querySelector('[name=csrf]')?.getAttribute('value') ?? '')
    assert.equal((await person.send(CHANGE, { method: 'POST', body, headers })).status, 403)
    assert(await isSignedIn(person))
  })
})

describe('POST /auth/change-password in JSON', () => {
  it('answers with the codes of the contract', async () => {
    const { app, person } = await start(AT_LEAST_8)
    const call = callFrom(person)
    const code = async (body: Record<string, string>) => {
      const answer = await call(CHANGE, body)
      assert.deepEqual(Object.keys(answer.body), ['code', 'message', 'data'])
      assert.equal(answer.headers.get('cache-control'), 'no-store')
      return [answer.status, answer.body.code, answer.body.data]
    }
    const current = { currentPassword: 'password' }
    assert.deepEqual(await code({ currentPassword: 'wrong one', newPassword: NEXT }), [
      422,
      'invalid_current_password',
      {},
    ])
    assert.deepEqual(await code({ ...current, newPassword: 'password' }), [422, 'password_unchanged', {}])
    const policy = [422, 'password_policy_violation', { minLength: 8, maxBytes: 1024 }]
    assert.deepEqual(await code({ ...current, newPassword: 'seven c' }), policy)
    assert.deepEqual(await code({ ...current, newPassword: '' }), policy)
    assert.deepEqual(await code({ ...current, newPassword: 'x'.repeat(1025) }), policy)
    assert.deepEqual(await code({ ...current, newPassword: NEXT }), [200, 'password_changed', {}])
    assert.equal((await call(CHANGE, { ...current, newPassword: NEXT })).status, 401)
    assert.deepEqual(await eventsOf({ app }), [
      ['password-check', 'failure', 'wrong-password'],
      ['password-change', 'failure', 'unchanged'],
      ['password-change', 'failure', 'policy-violation'],
      ['password-change', 'failure', 'policy-violation'],
      ['password-change', 'failure', 'policy-violation'],
      ['password-change', 'success', null],
    ])
  })

  it('names the parameter that is missing or no string', async () => {
    const { person } = await start()
    const call = callFrom(person)
    const cases: readonly (readonly [body: string, name: RegExp])[] = [
      ['{}', /^currentPassword: /],
      ['{"currentPassword":"password"}', /^newPassword: /],
      ['{"currentPassword":["password"],"newPassword":"a few new words"}', /^currentPassword: /],
      ['{"currentPassword":"password","newPassword":{"$ne":""}}', /^newPassword: /],
      ['{"currentPassword":"password","newPassword":"a\\u0000b-longer"}', /^newPassword: /],
      ['{"newPassword":"one of them","newPassword":"the other","currentPassword":"password"}', /newPassword/],
      ['[]', /JSON object/],
    ]
    for (const [body, name] of cases) {
      const answer = await call(CHANGE, body)
      assert.equal(answer.status, 400, body)
      assert.match(String(answer.body.error_description), name, body)
    }
    assert(await isSignedIn(person))
  })

  it('counts wrong current passwords with those of the sign-in: five, then nothing is tried', async () => {
    const { person } = await start()
    const call = callFrom(person)
    for (let n = 0; n < 5; n++)
      assert.equal((await call(CHANGE, { currentPassword: `wrong ${n}`, newPassword: NEXT })).status, 422)
    const blocked = await call(CHANGE, { currentPassword: 'password', newPassword: NEXT })
    assert.equal(blocked.status, 429)
    assert(Number(blocked.headers.get('retry-after')) > 0)
    const form = await person.visit(CHANGE)
    const page = await person.submit(form, { currentPassword: 'password', newPassword: NEXT }, CHANGE)
    assert.equal(page.status, 429)
    assert.match(page.page.querySelector('#currentPassword-error')?.text ?? '', /Too many/)
    assert(await isSignedIn(person))
  })

  it('lets one of fifty changes at once through, and the password is the one that won', async () => {
    const { app, person } = await start()
    const call = callFrom(person)
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        call(CHANGE, { currentPassword: 'password', newPassword: `new words number ${n}` }),
      ),
    )
    const won = answers.flatMap(({ status }, n) => (status === 200 ? [n] : []))
    assert.equal(won.length, 1)
    const changes = (await eventsOf({ app })).filter(([event]) => event === 'password-change')
    assert.deepEqual(changes, [['password-change', 'success', null]])
    app.clock.advance(3600_000)
    assert.equal((await signIn(app.person('198.51.100.1'), `new words number ${won[0]}`)).status, 303)
  })

  it('a first-party token may, and dies with all others; a token of somebody else’s app may not', async () => {
    const { app, person, call, tokens } = await startWithApp()
    const own = await tokens()
    await app.addClient('partner', webapp({}, { first_party: false }), SECRET)
    await app.stores.transact([
      app.database.step(
        app.database.sql.insertInto('consent_grant').values({
          user_id: 'my-user',
          client_id: 'partner',
          scope: '',
          is_whole_user: 1,
          created_at: 0,
          updated_at: 0,
        }),
      ),
    ])
    const { location } = await person.send(authorizePath({ client_id: 'partner', prompt: 'none' }))
    const code = answerOf(location).get('code') ?? assert.fail(location)
    const theirs = (await redeem(app, code, { client_id: 'partner' })).body
    const body = { currentPassword: 'password', newPassword: NEXT }
    const refused = await callAs(app, String(theirs.access_token))(CHANGE, body)
    assert.deepEqual([refused.status, refused.body.error], [403, 'insufficient_scope'])
    assert.match(String(refused.body.error_description), /may change the password/)
    assert.equal((await callAs(app, 'no-token')(CHANGE, body)).status, 401)
    assert.deepEqual(told(await call(CHANGE, body)), [
      200,
      { code: 'password_changed', message: 'The password is changed. All sessions have ended.', data: {} },
    ])
    for (const { access_token: token } of [own, theirs]) assert.equal(await statusOf(app, token), 401)
    assert.equal((await refresh(app, own.refresh_token)).body.error, 'invalid_grant')
    assert.deepEqual(await eventsOf({ app }), [
      ['password-change', 'failure', 'not-first-party'],
      ['password-change', 'success', null],
    ])
  })
})
