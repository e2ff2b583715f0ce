import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { SECRET, statusOf, webapp } from '../support/oauth-client.ts'
import type { Visit } from '../support/person.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

const HYBRID = '/auth/authorize?client_id=page&response_type=code+id_token+token&scope=openid&nonce=n&state=s'
const TOKEN = '/auth/authorize?client_id=page&response_type=token'

forEachDatabaseConfig('tokens that come through the browser', (fresh) => {
  let app: SignInApp
  before(async () => {
    app = await startSignInApp({ config: await fresh() })
    await app.addUser({ id: 'u1', userName: 'ann' })
    await app.addUser({ id: 'u2', userName: 'bob' })
    await app.enableTotp('u2')
    await app.addClient('page', webapp({}, { grant_types: ['code', 'implicit'] }), SECRET)
  })
  const fragmentOf = ({ location = '' }: Visit): URLSearchParams =>
    new URLSearchParams(new URL(location).hash.slice(1))
  const rowsOf = async (userId: string): Promise<number> => {
    const { sql } = app.database
    const rows = sql.selectFrom('session').select('id').where('user_id', '=', userId)
    return (await app.database.all(rows.where('client_id', '=', 'page'))).length
  }

  test('are issued by the transaction that signs in', async () => {
    const person = app.person()
    const done = await app.logIn(person, 'ann', PASSWORD, HYBRID)
    const answer = fragmentOf(done)
    assert.deepEqual([answer.has('code'), answer.has('id_token')], [true, true])
    assert.equal(await statusOf(app, answer.get('access_token')), 200)
  })

  test('wait for the second factor: a right password leaves no row of them', async () => {
    const person = app.person()
    const codePage = await person.follow(await app.logIn(person, 'bob', PASSWORD, HYBRID))
    assert.equal(await rowsOf('u2'), 0)
    await person.submit(codePage, { token: app.wrongCode() }, '/confirm')
    assert.equal(await rowsOf('u2'), 0)
    const done = await person.submit(codePage, { token: app.code() }, '/confirm')
    assert.equal(await statusOf(app, fragmentOf(done).get('access_token')), 200)
    assert.equal(await rowsOf('u2'), 2)
  })

  test('end with the session, also those that were asked for while it ended', async () => {
    const person = app.person()
    await app.logIn(person, 'ann')
    const signOutPage = await person.visit('/auth/logout')
    const asked = Array.from({ length: 40 }, (_, index) => person.clone().send(index % 2 ? HYBRID : TOKEN))
    const [, ...visits] = await Promise.all([person.clone().submit(signOutPage, {}), ...asked])
    for (const visit of visits) {
      assert.ok([303, 410].includes(visit.status), `${visit.status}`)
      const token = visit.location?.startsWith('http') === true ? fragmentOf(visit).get('access_token') : null
      if (token !== null) assert.equal(await statusOf(app, token), 401)
    }
  })

  test('are not issued for a user who was switched off', async () => {
    const person = app.person()
    await app.logIn(person, 'ann')
    await app.addUser({ id: 'u1', userName: 'ann', inactive: true })
    const visit = await person.send(`${HYBRID}&prompt=none`)
    assert.equal(fragmentOf(visit).get('error'), 'login_required')
  })
})
