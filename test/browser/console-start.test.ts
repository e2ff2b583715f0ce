// The first page of the console, from a server that has just started to one that is set up.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { oathtoolCode } from '../support/authenticator.ts'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import { openConsole } from '../support/console.ts'
import { hasAttribute, isHidden, occurs } from '../support/shown.ts'
import { ADMIN_PASSWORD } from '../support/test-app.ts'

const NEW_PASSWORD = 'chosen-by-the-administrator'

let browser: Browser
before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())

/** Titles of the steps, with their buttons; `done` in place of one where nothing is left to do. */
const stepsOf = async (page: Page): Promise<Readonly<Record<string, string>>> => {
  await page.getByRole('heading', { name: 'First steps' }).waitFor()
  const steps = await page.locator('.first-run li').all()
  const told = steps.map(async (step) => {
    const title = (await step.getByRole('heading').innerText()).replace(/\s*\(done\)$/, '')
    const button = step.getByRole('link')
    return [title, (await button.count()) === 0 ? 'done' : await button.innerText()] as const
  })
  return Object.fromEntries(await Promise.all(told))
}

const submit = async (page: Page, button: string, fields: Readonly<Record<string, string>>) => {
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value)
  await page.getByRole('button', { name: button }).click()
}

describe('the start page', () => {
  test('leads from the first password to the first tokens, and is done then', async () => {
    const { app, page, complaints, open } = await openConsole(browser)
    await open('/console', 'Start')
    assert.deepEqual(await stepsOf(page), {
      'Choose your own password': 'Change password',
      'Turn on your second factor': 'Turn on two-factor',
      'Create a client': 'New client',
      'Play a sign-in in the sandbox': 'Open the sandbox',
    })
    assert.deepEqual(await axeViolations(page), [])

    app.clock.advance(1000)
    await page.getByRole('link', { name: 'Change password' }).click()
    await submit(page, 'Change password', {
      'Current password': ADMIN_PASSWORD,
      'New password': NEW_PASSWORD,
      'New password again': NEW_PASSWORD,
    })
    await submit(page, 'Log in', { 'Username or Email': 'admin', Password: NEW_PASSWORD })
    await page.getByRole('link', { name: 'Console' }).click()
    assert.equal((await stepsOf(page))['Choose your own password'], 'done')

    await page.getByRole('link', { name: 'Turn on two-factor' }).click()
    const key = (await page.locator('.cs-key').textContent()) ?? ''
    const code = await oathtoolCode(key, app.clock.now().getTime())
    await submit(page, 'Enable two-factor', { 'Authentication code': code })
    await page.getByRole('heading', { level: 1, name: 'Two-factor authentication' }).waitFor()

    const client = { secret: 'app-secret', grant_types: ['client_credentials'] }
    assert.equal((await app.rest('PUT', '/Client/app', client)).status, 201)
    await open('/console', 'Start')
    assert.deepEqual(await stepsOf(page), {
      'Choose your own password': 'done',
      'Turn on your second factor': 'done',
      'Create a client': 'done',
      'Play a sign-in in the sandbox': 'Open the sandbox',
    })

    const form = { grant_type: 'client_credentials', client_id: 'app', client_secret: 'app-secret' }
    const issued = await fetch(`${app.url}/auth/token`, { method: 'POST', body: new URLSearchParams(form) })
    assert.equal(issued.status, 200)
    await open('/console', 'Start')
    await page.getByRole('heading', { name: 'What was refused lately' }).waitFor()
    await occurs(page.getByRole('heading', { name: 'First steps' }), 0)
    const figures = await page.getByRole('list', { name: 'How many' }).getByRole('listitem').allInnerTexts()
    assert.deepEqual(
      figures.map((text) => text.replaceAll(/\s+/g, ' ')),
      ['1 user', '1 with two-factor', '2 clients', '1 signed-in browser', '1 app session'],
    )
    assert.deepEqual(await axeViolations(page), [])
    assert.deepEqual(complaints, [])
  })

  test('says who else set the password, and shows what was refused', async () => {
    const { app, context, page, open } = await openConsole(browser)
    app.clock.advance(1000)
    await app.rest('PATCH', '/User/admin', { password: 'set-by-the-root-client' })
    const { cookie } = await app.signIn('admin')
    await context.addCookies([{ name: 'ASID', value: cookie, url: app.url }])
    const wrong = await fetch(`${app.url}/auth/login`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password: 'wrong' }),
    })
    assert.equal(wrong.status, 400)
    await open('/console', 'Start')
    await page.getByText('Client/root set it for you, and so knows it.').waitFor()
    await page.locator('.failures').getByText('wrong-password').waitFor()
  })
})

test('a tab that somebody logged in with again says that it can be closed', async () => {
  const { page, open } = await openConsole(browser)
  await open('/console/signed-in', 'You are signed in again')
  assert.deepEqual(await axeViolations(page), [])
})

test('on a narrow screen the pages are behind a button, and out of the way once one is chosen', async () => {
  const { page, open } = await openConsole(browser, { viewport: { width: 320, height: 640 } })
  await open('/console', 'Start')
  const users = page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Users' })
  const menu = page.getByRole('button', { name: 'Menu' })
  assert.deepEqual([await users.isVisible(), await menu.getAttribute('aria-expanded')], [false, 'false'])
  await menu.press('Enter')
  await hasAttribute(menu, 'aria-expanded', 'true')
  assert.deepEqual(await axeViolations(page), [])
  await users.click()
  await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor()
  await isHidden(users)
})
