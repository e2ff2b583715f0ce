import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '../../src/kernel/json.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { signedInBrowser } from '../support/oauth-client.ts'
import { startStoredApp } from '../support/stored-app.ts'
import { codeAt } from '../support/totp-codes.ts'

const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const CALL = '/User/ann/$reset-two-factor'
const REASON = { reason: 'lost the phone' }

forEachDatabaseConfig('$reset-two-factor', (fresh) => {
  const setUp = async () => {
    const app = await startStoredApp({ config: await fresh() })
    const twoFactor = { enabled: true, secretKey: KEY, transport: 'sms' }
    assert.equal((await app.rest('PUT', '/User/ann', { password: 'password', twoFactor })).status, 201)
    const userOf = async (response: Response) => {
      assert.equal(response.status, 200)
      return (await response.json()) as JsonObject
    }
    const audited = async () =>
      (
        await app.database.all(
          app.database.sql.selectFrom('audit_event').selectAll().where('event', '=', 'two-factor-reset'),
        )
      ).map(({ user_id, actor, outcome, detail }) => ({
        user_id,
        actor,
        outcome,
        detail: JSON.parse(detail ?? ''),
      }))
    return { app, audited, userOf }
  }

  test('the password signs in alone afterwards, and every session has ended', async () => {
    const { app, audited, userOf } = await setUp()
    const before = await signedInBrowser(app, 'ann')
    const half = app.person()
    const code = await half.follow(
      await half.submit(await half.visit('/auth/login'), { username: 'ann', password: 'password' }),
    )
    assert.match(code.body, /name="token"/)

    const user = await userOf(await app.rest('POST', CALL, REASON))
    assert.deepEqual(user.twoFactor, { enabled: false, transport: 'sms' })
    assert.equal((await before.send('/auth/two-factor')).status, 303)
    const late = await half.submit(code, { token: codeAt(KEY, app.clock.now()) })
    assert.notEqual(late.location, '/')

    const person = app.person()
    const signedIn = await person.submit(await person.visit('/auth/login'), {
      username: 'ann',
      password: 'password',
    })
    assert.equal(signedIn.location, '/')
    assert.deepEqual(await audited(), [
      {
        user_id: 'ann',
        actor: 'Client/root',
        outcome: 'success',
        detail: { reason: 'lost the phone', wasEnabled: true },
      },
    ])
  })

  test('a key that was only shown is worth nothing afterwards, and a used code stays used', async () => {
    const { app, userOf } = await setUp()
    await app.addUser({ id: 'bob' })
    const bob = await signedInBrowser(app, 'bob')
    const page = await bob.visit('/auth/two-factor/enable')
    const key = page.page.querySelector('.cs-key')?.text.replaceAll(/\s/g, '') ?? ''
    const user = await userOf(await app.rest('POST', '/fhir/User/bob/$reset-two-factor', 'reason: new phone'))
    assert.deepEqual(user.twoFactor, { enabled: false })
    const again = await signedInBrowser(app, 'bob')
    const other = await again.visit('/auth/two-factor/enable')
    const otherKey = other.page.querySelector('.cs-key')?.text.replaceAll(/\s/g, '')
    assert.notEqual(otherKey, key)
    await bob.submit(page, { token: codeAt(key, app.clock.now()) })
    assert.deepEqual((await userOf(await app.rest('GET', '/User/bob'))).twoFactor, { enabled: false })
  })

  test('who never had one still has none, and who resets their own stays signed in', async () => {
    const { app, audited, userOf } = await setUp()
    await app.addUser({ id: 'cyd' })
    assert.equal(
      'twoFactor' in (await userOf(await app.rest('POST', '/User/cyd/$reset-two-factor', REASON))),
      false,
    )
    const { cookie } = await app.signIn('admin')
    const answer = await app.fetch(
      new Request(`${app.url}/User/admin/$reset-two-factor`, {
        method: 'POST',
        headers: {
          cookie: `ASID=${cookie}`,
          'sec-fetch-site': 'same-origin',
          'content-type': 'application/json',
        },
        body: JSON.stringify(REASON),
      }),
    )
    assert.equal(answer.status, 200)
    const own = await app.fetch(
      new Request(`${app.url}/User/admin`, { headers: { cookie: `ASID=${cookie}` } }),
    )
    assert.equal(own.status, 200)
    assert.deepEqual((await audited()).map(({ actor, detail }) => [actor, detail.wasEnabled]).toSorted(), [
      ['Client/root', false],
      ['User/admin', false],
    ])
  })

  test('is refused to others, without a reason, and of nobody', async () => {
    const { app, audited } = await setUp()
    const ann = await signedInBrowser(app, 'ann')
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin' },
      body: JSON.stringify(REASON),
    }
    assert.equal((await app.fetch(new Request(`${app.url}${CALL}`, post))).status, 401)
    assert.equal((await ann.send(CALL, post)).status, 403)
    const { cookie } = await app.signIn('admin')
    const forged = {
      ...post,
      headers: { ...post.headers, cookie: `ASID=${cookie}`, 'sec-fetch-site': 'cross-site' },
    }
    assert.equal((await app.fetch(new Request(`${app.url}${CALL}`, forged))).status, 403)
    for (const body of [
      {},
      { reason: ' ' },
      { reason: 7 },
      { reason: 'x'.repeat(301) },
      { ...REASON, force: true },
    ]) {
      const answer = await app.rest('POST', CALL, body)
      assert.equal(answer.status, 422, JSON.stringify(body))
      assert.match(await answer.text(), /\$reset-two-factor\.(reason|force)/)
    }
    assert.equal((await app.rest('POST', '/User/nobody/$reset-two-factor', REASON)).status, 404)
    assert.equal((await app.rest('GET', CALL)).status, 405)
    assert.deepEqual(await audited(), [])
    assert.equal((await ann.send('/auth/two-factor')).status, 200)
  })
})
