import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import {
  authorizePath,
  MYWEBAPP,
  obtainCode,
  redeem,
  refresh,
  SECRET,
  signedInBrowser,
  statusOf,
  webapp,
} from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const DAY = 24 * 3600_000

describe('a refresh token', () => {
  let app: StoredApp
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', webapp({}), SECRET)
    await app.addClient('other', webapp({}), SECRET)
  })
  const issue = async (parameters = {}) => (await redeem(app, await obtainCode(app, parameters))).body

  test('gives a new pair and ends the old one', async () => {
    const first = await issue()
    const second = await refresh(app, first.refresh_token)
    assert.equal(second.status, 200)
    assert.equal(second.headers.get('cache-control'), 'no-store')
    assert.deepEqual(Object.keys(second.body).sort(), [
      'access_token',
      'expires_in',
      'refresh_token',
      'token_type',
    ])
    assert.notEqual(second.body.refresh_token, first.refresh_token)
    assert.equal(await statusOf(app, second.body.access_token), 200)
    assert.equal(await statusOf(app, first.access_token), 401)
    assert.equal((await refresh(app, second.body.refresh_token)).status, 200)
  })

  test('used again after ten seconds ends the whole family, and the audit log tells', async () => {
    const first = await issue()
    const second = await refresh(app, first.refresh_token)
    app.clock.advance(10_001)
    const reused = await refresh(app, first.refresh_token)
    assert.deepEqual([reused.status, reused.body.error], [400, 'invalid_grant'])
    assert.equal(await statusOf(app, second.body.access_token), 401)
    assert.equal((await refresh(app, second.body.refresh_token)).body.error, 'invalid_grant')
    assert.ok((await auditReasons(app, 'token-reuse')).includes('reused-refresh-token'))
  })

  test('may be retried once by a client that lost the answer; the lost pair ends', async () => {
    const first = await issue()
    const lost = await refresh(app, first.refresh_token)
    app.clock.advance(10_000)
    const retried = await refresh(app, first.refresh_token)
    assert.equal(retried.status, 200)
    assert.equal(await statusOf(app, lost.body.access_token), 401)
    assert.equal(await statusOf(app, retried.body.access_token), 200)
    assert.ok((await auditReasons(app, 'token-refresh')).includes('retried'))
    const stolen = await refresh(app, lost.body.refresh_token)
    assert.equal(stolen.body.error, 'invalid_grant', 'two parties held the token')
    assert.equal(await statusOf(app, retried.body.access_token), 401)
  })

  test('may not be retried once two came with it at the same time: one of them may have stolen it', async () => {
    const first = await issue()
    const answers = await Promise.all([1, 2].map(() => refresh(app, first.refresh_token)))
    const [won, ...more] = answers.filter(({ status }) => status === 200)
    assert.equal(more.length, 0)
    assert.equal((await refresh(app, first.refresh_token)).body.error, 'invalid_grant')
    assert.equal(await statusOf(app, won?.body.access_token), 200)
  })

  test('is reuse even within ten seconds once the successor was refreshed', async () => {
    const first = await issue()
    const second = await refresh(app, first.refresh_token)
    const third = await refresh(app, second.body.refresh_token)
    assert.equal((await refresh(app, first.refresh_token)).status, 400)
    assert.equal(await statusOf(app, third.body.access_token), 401)
  })

  test('belongs to its client', async () => {
    const { refresh_token } = await issue()
    const foreign = await refresh(app, refresh_token, { client_id: 'other' })
    assert.equal(foreign.body.error, 'invalid_grant')
    assert.equal((await refresh(app, refresh_token)).status, 200, 'nobody else can use it up')
  })

  test('may ask for fewer scopes, never for more, and gets all of them back later', async () => {
    const first = await issue({ scope: 'openid profile email' })
    const more = await refresh(app, first.refresh_token, { scope: 'openid admin' })
    assert.deepEqual([more.status, more.body.error], [400, 'invalid_scope'])
    const fewer = await refresh(app, first.refresh_token, { scope: 'email' })
    assert.equal(fewer.body.scope, 'email')
    const all = await refresh(app, fewer.body.refresh_token)
    assert.equal(all.body.scope, 'openid profile email')
  })

  test('ends after its lifetime, 30 days where none is set', async () => {
    const first = await issue()
    app.clock.advance(30 * DAY)
    assert.equal((await refresh(app, first.refresh_token)).body.error, 'invalid_grant')
    const second = await issue()
    app.clock.advance(30 * DAY - 1)
    assert.equal((await refresh(app, second.refresh_token)).status, 200)
  })

  test('cannot live longer than a year after the sign-in, however often it is used', async () => {
    let { refresh_token } = await issue()
    for (let month = 1; month <= 14; month += 1) {
      app.clock.advance(28 * DAY)
      const answer = await refresh(app, refresh_token)
      if (answer.status === 400) return assert.equal(month, 14)
      refresh_token = answer.body.refresh_token
    }
    assert.fail('still refreshed after 14 months')
  })

  test('ends with the session it came from, with its user and with its client', async () => {
    const browser = await signedInBrowser(app)
    const { body } = await redeem(app, await obtainCode(app, {}, browser))
    const session = await app.database.first<{ id: string }>(
      app.database.sql
        .selectFrom('session')
        .select('id')
        .where('type', '=', 'browser')
        .orderBy('created_at', 'desc'),
    )
    await app.database.transact(app.stores.sessions.endSteps(session?.id ?? '', 'sign-out', app.clock.now()))
    assert.equal((await refresh(app, body.refresh_token)).body.error, 'invalid_grant')
    const next = await issue()
    await app.addUser({ id: 'my-user', inactive: true })
    const inactive = await refresh(app, next.refresh_token)
    assert.deepEqual(inactive.body, { error: 'invalid_grant', error_description: 'User is inactive' })
    assert.equal(inactive.status, 400)
    assert.equal(await statusOf(app, next.access_token), 401)
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', webapp({}, { active: false }), SECRET)
    assert.equal((await refresh(app, next.refresh_token)).body.error, 'invalid_client')
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
  })

  test('of a client that may get none any more is not exchanged', async () => {
    const first = await issue()
    await app.addClient('mywebapp', webapp({ refresh_token: false }), SECRET)
    assert.equal((await refresh(app, first.refresh_token)).body.error, 'unauthorized_client')
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    assert.equal((await signedInBrowser(app).then((person) => person.send(authorizePath({})))).status, 303)
  })
})

const auditReasons = async (app: StoredApp, event: string): Promise<readonly (string | null)[]> =>
  (
    await app.database.all<{ reason: string | null }>(
      app.database.sql.selectFrom('audit_event').select('reason').where('event', '=', event),
    )
  ).map((row) => row.reason)
