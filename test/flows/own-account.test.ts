import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { MYWEBAPP, signedInBrowser } from '../support/oauth-client.ts'
import type { Visit } from '../support/person.ts'
import { startStoredApp } from '../support/stored-app.ts'

const PATH = '/auth/account'
const CHROME = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/143.0.0.0 Safari/537.36',
}
const MENU = ['/auth/two-factor', '/auth/change-password', '/auth/sessions', '/auth/grants']

const menuOf = ({ page }: Visit) =>
  page.querySelectorAll('.cs-menu-item').map((link) => [link.getAttribute('href'), link.text] as const)
const activityOf = ({ page }: Visit) =>
  page.querySelectorAll('.cs-entry').map((entry) => entry.querySelectorAll('p').map(({ text }) => text))

forEachDatabaseConfig('/auth/account', (fresh) => {
  test('tells the second factor, browsers, apps and what happened, with links to change it, without a script', async () => {
    const app = await startStoredApp({ config: await fresh() })
    await app.addUser({ id: 'ann' })
    await app.addClient('mywebapp', { ...MYWEBAPP, name: 'My <app>' })
    const at = app.clock.now()
    const allowed = { scopes: ['openid'], isWholeUser: false }
    await app.database.transact([app.stores.consents.allowStep('ann', 'mywebapp', allowed, at)])
    const origin = { address: '192.0.2.7', requestId: 'r1', userAgent: CHROME['user-agent'] }
    const { record } = app.stores.auditLog
    await record({
      event: 'password-check',
      outcome: 'failure',
      reason: 'wrong-password',
      userId: 'ann',
      origin,
    })
    app.clock.advance(60_000)
    await record({
      event: 'consent',
      outcome: 'success',
      userId: 'ann',
      clientId: 'mywebapp',
      actor: 'User/ann',
      origin,
    })
    app.clock.advance(60_000)
    await record({
      event: 'two-factor-reset',
      outcome: 'success',
      userId: 'ann',
      actor: 'User/admin',
      origin,
    })
    await record({ event: 'token-refresh', outcome: 'success', userId: 'ann', clientId: 'mywebapp' })
    await record({ event: 'sign-in', outcome: 'success', userId: 'bob', origin })

    const visit = await (await signedInBrowser(app, 'ann')).visit(PATH)
    assert.equal(visit.status, 200)
    assert.deepEqual(menuOf(visit), [
      ['/auth/two-factor', 'Two-factor authentication: Off'],
      ['/auth/change-password', 'Change password'],
      ['/auth/sessions', 'Where you are signed in: 1 browser'],
      ['/auth/grants', 'Apps with access: 1 app'],
    ])
    assert.deepEqual(activityOf(visit), [
      ['An administrator reset two-factor authentication', '1 Jan 2026, 00:02 UTC'],
      ['Allowed My <app> access', '1 Jan 2026, 00:01 UTC, from 192.0.2.7, Chrome on Linux'],
      ['A wrong password was entered', '1 Jan 2026, 00:00 UTC, from 192.0.2.7, Chrome on Linux'],
    ])
    assert.equal(visit.page.querySelector('script'), null)
  })
})

test('the last twenty things are told, and who never did anything is told that', async () => {
  const app = await startStoredApp()
  await app.addUser({ id: 'ann' })
  const ann = await signedInBrowser(app, 'ann')
  assert.match((await ann.visit(PATH)).body, /Nothing has happened yet/)
  for (let time = 0; time < 25; time += 1)
    await app.stores.auditLog.record({ event: 'sign-in', outcome: 'success', userId: 'ann' })
  assert.equal(activityOf(await ann.visit(PATH)).length, 20)
})

test('an administrator is led to the console, and the landing page leads here', async () => {
  const app = await startStoredApp()
  const admin = await signedInBrowser(app, 'admin')
  const hrefs = menuOf(await admin.visit(PATH)).map(([href]) => href)
  assert.deepEqual(hrefs, [...MENU, '/console'])
  const landing = menuOf(await admin.visit('/')).map(([href]) => href)
  assert.deepEqual(landing.slice(0, 2), ['/console', PATH])
  const nobody = await app.person().send(PATH)
  assert.deepEqual([nobody.status, nobody.location], [303, '/auth/login?redirect_to=%2Fauth%2Faccount'])
})
