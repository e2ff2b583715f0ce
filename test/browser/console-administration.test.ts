// Administration in the console as people do it, each flow to its end and looked at from the server as well.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import type { JsonObject } from '../../src/kernel/json.ts'
import { launchChromium } from '../support/chromium.ts'
import type { OpenConsole } from '../support/console.ts'
import { button, field, openConsole, said } from '../support/console.ts'
import { startConsoleWorld } from '../support/console-world.ts'
import { eventually } from '../support/eventually.ts'
import { redeem } from '../support/oauth-client.ts'
import { listenHttp } from '../support/servers.ts'
import { hasAttribute, hasValue, occurs } from '../support/shown.ts'

const SECRET = 'a-secret-that-nobody-sees-again-0123456789'

let browser: Browser
let opened: OpenConsole
before(async () => {
  browser = await launchChromium()
  opened = await openConsole(browser, { app: await startConsoleWorld(), reducedMotion: 'reduce' })
})
after(() => browser?.close())

const read = async (path: string): Promise<JsonObject> => {
  const answer = await opened.app.rest('GET', path)
  assert.equal(answer.status, 200, path)
  return (await answer.json()) as JsonObject
}

/** Presses a button that asks first, and its likeness in the dialog. */
const confirm = async (page: Page, name: string, within = page.locator('main')): Promise<void> => {
  await within.getByRole('button', { name, exact: true }).first().click()
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
}

describe('a user', () => {
  test('is created by the form and changed as a document', async () => {
    const { page, open } = opened
    await open('/console/users/new', 'New user')
    await field(page, 'Id').fill('carl')
    await field(page, 'Given name').fill('Carl')
    await field(page, 'Password').fill('password-of-carl')
    await button(page, 'Create').click()
    await page.getByRole('heading', { level: 1, name: 'User carl' }).waitFor()
    await occurs(page.getByText('password-of-carl'), 0)
    await button(page, 'Document').click()
    const text = page.getByLabel('Document (JSON)')
    assert.deepEqual(JSON.parse(await text.inputValue()), { id: 'carl', name: { givenName: 'Carl' } })
    await text.fill('{ "id": "carl", "email": ')
    await button(page, 'Save').click()
    await page.getByRole('alert').filter({ hasText: 'This is no JSON object' }).waitFor()
    await text.fill('{ "id": "carl", "email": "carl@example.org" }')
    await button(page, 'Save').click()
    await said(page, 'Saved.')
    await button(page, 'Form').click()
    await hasValue(field(page, 'E-mail address'), 'carl@example.org')
    assert.equal((await read('/User/carl')).name, undefined)
  })

  test('that is refused has each fault at its field, and the keyboard at the first', async () => {
    const { app, page, open } = opened
    await app.rest('PUT', '/User/taken', { userName: 'taken' })
    await open('/console/users/new', 'New user')
    await field(page, 'Id').fill('taken')
    await button(page, 'Create').click()
    await page.getByRole('alert').filter({ hasText: 'There is one with this id already.' }).waitFor()
    await hasAttribute(field(page, 'Id'), 'aria-invalid', 'true')
    await field(page, 'Id').fill('free')
    await field(page, 'Password').fill('x'.repeat(1025))
    await button(page, 'Create').click()
    await hasAttribute(field(page, 'Password'), 'aria-invalid', 'true')
    assert.equal(await field(page, 'Id').getAttribute('aria-invalid'), null)
    const told = page.locator(`[id="${await field(page, 'Password').getAttribute('aria-describedby')}"]`)
    assert.match(await told.innerText(), /expected 1 to 1024 bytes/)
    assert.equal(await page.evaluate('document.activeElement.type'), 'password')
    await field(page, 'Password').fill('')
    await button(page, 'Create').click()
    await page.getByRole('heading', { level: 1, name: 'User free' }).waitFor()
  })

  test('that somebody else saved meanwhile is not overwritten unasked, and nothing typed is lost', async () => {
    const { app, page, open } = opened
    await app.rest('PUT', '/User/dora', { email: 'dora@example.org' })
    await open('/console/users/dora', 'User dora')
    await field(page, 'Given name').fill('Dora')
    await app.rest('PUT', '/User/dora', { email: 'other@example.org' })
    await button(page, 'Save').click()
    const notice = page.getByRole('alert').filter({ hasText: 'Somebody else saved this meanwhile.' })
    await notice.getByText('What they saved').click()
    await notice.getByText('"email": "other@example.org"').waitFor()
    await hasValue(field(page, 'Given name'), 'Dora')
    assert.equal((await read('/User/dora')).email, 'other@example.org')
    await button(page, 'Save mine over it').click()
    await said(page, 'Saved.')
    assert.deepEqual((await read('/User/dora')).name, { givenName: 'Dora' })
    await field(page, 'Given name').fill('Dorothea')
    await app.rest('PUT', '/User/dora', { email: 'third@example.org' })
    await button(page, 'Save').click()
    await button(page, 'Drop mine').click()
    await eventually(async () => (await field(page, 'E-mail address').inputValue()) === 'third@example.org')
    await hasValue(field(page, 'Given name'), '')
  })

  test('what is typed stays while other pages are looked at, and over a reload but for its secrets', async () => {
    const { page, open } = opened
    await open('/console/users/bob', 'User bob')
    await field(page, 'Family name').fill('Builder')
    await field(page, 'New password').fill('a-new-password-of-bob')
    await page.getByRole('link', { name: 'Clients', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Clients' }).waitFor()
    await page.goBack()
    await page.getByText('What you typed and did not save is here again.').waitFor()
    await hasValue(field(page, 'New password'), 'a-new-password-of-bob')
    page.once('dialog', (dialog) => void dialog.accept())
    await page.reload()
    await page.getByText('What you typed and did not save is here again.').waitFor()
    await hasValue(field(page, 'Family name'), 'Builder')
    await hasValue(field(page, 'New password'), '')
    assert.doesNotMatch(await page.evaluate('JSON.stringify(sessionStorage)'), /a-new-password/)
    await button(page, 'Drop changes').click()
    await hasValue(field(page, 'Family name'), '')
  })
})

describe('a client', () => {
  test('is created, and its secret never comes back', async () => {
    const { app, page, open } = opened
    await open('/console/clients/new', 'New client')
    await field(page, 'Id').fill('shop')
    await field(page, 'Secret').fill(SECRET)
    await field(page, 'Redirect URI').fill('https://shop.example/callback')
    await button(page, 'Create').click()
    await page.getByRole('heading', { level: 1, name: 'Client shop' }).waitFor()
    await button(page, 'Document').click()
    await page.getByLabel('Document (JSON)').waitFor()
    assert.doesNotMatch(
      await page.evaluate(
        `document.documentElement.outerHTML + JSON.stringify(sessionStorage) +
          [...document.querySelectorAll('input, textarea')].map(({ value }) => value).join()`,
      ),
      new RegExp(SECRET),
    )
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'New client' }).waitFor()
    await hasValue(field(page, 'Secret'), '')
    const { body } = await redeem(app, 'no-code', { client_id: 'shop', client_secret: SECRET })
    assert.equal(body.error, 'invalid_grant', 'it is the one that was typed')
  })

  test('with the other name of the code flow has it ticked, and off once that is taken away', async () => {
    const { app, page, open } = opened
    await app.rest('PUT', '/Client/older', {
      secret: SECRET,
      grant_types: ['authorization_code', 'implicit'],
    })
    await open('/console/clients/older', 'Client older')
    const code = page.getByRole('checkbox', { name: 'Authorization code' })
    assert.equal(await code.isChecked(), true)
    await hasValue(field(page, 'Secret at the token endpoint'), '')
    await field(page, 'PKCE').selectOption('required')
    await code.uncheck()
    await button(page, 'Save').click()
    await said(page, 'Saved.')
    const { grant_types, auth } = await read('/Client/older')
    assert.deepEqual([grant_types, auth], [['implicit'], { authorization_code: { pkce: true } }])
  })

  test('with an id that is taken is refused, and what was typed stays', async () => {
    const { page, open } = opened
    await open('/console/clients/new', 'New client')
    await field(page, 'Id').fill('mywebapp')
    await field(page, 'Name').fill('Another')
    await button(page, 'Create').click()
    await page.getByRole('alert').filter({ hasText: 'There is one with this id already' }).waitFor()
    await hasValue(field(page, 'Name'), 'Another')
    await button(page, 'Drop changes').click()
  })
})

describe('a configuration', () => {
  test('is previewed as it is typed, and says what may not be', async () => {
    const { page, open } = opened
    await open('/console/configuration/mine', 'Configuration mine')
    const preview = page.frameLocator('iframe.preview')
    await preview.getByRole('heading', { name: 'Sign in here' }).waitFor()
    await field(page, 'Title').fill('Welcome, <b>all</b>')
    await preview.getByRole('heading', { name: 'Welcome, <b>all</b>' }).waitFor()
    await field(page, 'Stylesheet').fill('http://elsewhere.example/a.css')
    await page.locator('section[aria-labelledby=preview]').getByText('styleUrl').waitFor()
    await preview.getByRole('heading', { name: 'Welcome, <b>all</b>' }).waitFor()
    await field(page, 'Stylesheet').fill('')
    await button(page, 'Save').click()
    await said(page, 'Saved.')
    assert.deepEqual((await read('/AuthConfig/mine')).theme, {
      title: 'Welcome, <b>all</b>',
      brand: 'Example',
    })
  })

  test('has its webhook tried against a real receiver, and the delivery told', async () => {
    const { app, page, open } = opened
    const seen: string[] = []
    const port = await listenHttp(async (request, response) => {
      for await (const chunk of request.setEncoding('utf8')) seen.push(String(chunk))
      response.writeHead(202).end('<b>not shown</b>')
    })
    const webhook = { endpoint: `http://127.0.0.1:${port}/codes` }
    await app.rest('PUT', '/AuthConfig/live', { twoFactor: { webhook } })
    await open('/console/webhook', 'Webhook')
    await button(page, 'Send a test').click()
    await said(page, 'Delivered. The receiver answered 202 after')
    await said(page, '"status": 202')
    assert.match(seen.join(''), /"test":true/)
    await page
      .getByRole('row')
      .filter({ hasText: `127.0.0.1:${port}` })
      .getByText('sent')
      .waitFor()
    assert.doesNotMatch(await page.locator('main').innerText(), /not shown/)
    assert.equal((await app.rest('DELETE', '/AuthConfig/live')).status, 200)
  })
})

describe('what people hold', () => {
  test('a session is ended', async () => {
    const { app, page, open } = opened
    const { sessionId } = await app.signIn('ann')
    await open('/console/sessions?user=ann&type=browser&active=true', 'Sessions')
    await hasValue(field(page, 'User id'), 'ann')
    const row = page.getByRole('row').filter({ hasText: sessionId.slice(-8) })
    await confirm(page, 'End', row)
    await row.waitFor({ state: 'detached' })
    assert.equal((await read(`/Session/${sessionId}`)).active, false)
  })

  test('a grant is revoked', async () => {
    const { page, open } = opened
    await open('/console/grants?user=ann', 'Grants')
    await confirm(page, 'Revoke')
    await page.getByText('Nobody has allowed anything that fits.').waitFor()
    assert.equal((await read('/Grant?user=User/ann')).total, 0)
  })
})

describe('the audit log', () => {
  test('is filtered, and the filter is an address', async () => {
    const { page, open } = opened
    await open('/console/audit', 'Audit')
    await field(page, 'Outcome').selectOption('failure')
    await field(page, 'Client id').fill('mywebapp')
    await button(page, 'Filter').click()
    await page.waitForURL('**/console/audit?outcome=failure&client=mywebapp')
    await page.getByRole('row').filter({ hasText: 'mywebapp' }).first().waitFor()
    await page.locator('[aria-busy=true]').waitFor({ state: 'detached' })
    const outcomes = await page
      .locator('tbody tr .badge')
      .evaluateAll((all) => all.map(({ className }) => className))
    assert.deepEqual([...new Set(outcomes)], ['badge badge-bad'])
    await page.reload()
    await page.getByRole('row').filter({ hasText: 'mywebapp' }).first().waitFor()
    await hasValue(field(page, 'Outcome'), 'failure')
    await page.getByRole('link', { name: 'mywebapp' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'Client mywebapp' }).waitFor()
  })
})

describe('signing keys', () => {
  test('are rotated, and the new one waits its turn', async () => {
    const { page, open, complaints } = opened
    await open('/console/keys', 'Signing keys')
    await occurs(page.locator('tbody tr'), 1)
    await confirm(page, 'Rotate')
    await said(page, 'A new key is published')
    await page.getByText('signs next', { exact: true }).waitFor()
    assert.equal(((await read('/SigningKey')).entry as unknown[]).length, 2)
    assert.deepEqual(complaints, [])
  })
})
