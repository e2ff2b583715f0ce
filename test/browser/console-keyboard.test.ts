// The console with the keyboard alone: where the focus is says where one is.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import type { OpenConsole } from '../support/console.ts'
import { openConsole } from '../support/console.ts'
import { startConsoleWorld } from '../support/console-world.ts'

let browser: Browser
let opened: OpenConsole
before(async () => {
  browser = await launchChromium()
  opened = await openConsole(browser, { app: await startConsoleWorld(), reducedMotion: 'reduce' })
})
after(() => browser?.close())

/** What has the focus, in words. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(`(({ tagName, id, textContent, labels }) =>
    [tagName, labels?.[0]?.textContent ?? (textContent || id)].join(' ').trim())(document.activeElement)`)

const waitForFocus = (page: Page, tag: string, text: string): Promise<void> =>
  page.locator(`${tag}:focus`).filter({ hasText: text }).waitFor()

/** Presses Tab until something has the focus that reads so. */
const tabTo = async (page: Page, wanted: string): Promise<void> => {
  const passed: string[] = []
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press('Tab')
    const now = await focused(page)
    if (now === wanted) return
    passed.push(now)
  }
  assert.fail(`${wanted} is not reached: ${passed.join(' | ')}`)
}

test('a user is found, loses the second factor and the sessions, and is made inactive', async () => {
  const { app, page, open, complaints } = opened
  await open('/console', 'Start')
  await page.keyboard.press('Tab')
  assert.equal(await focused(page), 'A Skip to the page')
  await tabTo(page, 'A Users')
  await page.keyboard.press('Enter')
  await waitForFocus(page, 'h1', 'Users')
  assert.equal(await page.title(), 'Users · Countersign')
  await tabTo(page, 'INPUT Find by id, user name, e-mail address or name')
  await page.keyboard.type('ann@example')
  await page.keyboard.press('Enter')
  await page.getByRole('row').filter({ hasText: 'bob' }).waitFor({ state: 'detached' })
  await tabTo(page, 'A ann')
  await page.keyboard.press('Enter')
  await waitForFocus(page, 'h1', 'User ann')

  await tabTo(page, 'BUTTON Reset second factor')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog', { name: 'Reset the second factor of ann?' }).waitFor()
  assert.equal(await focused(page), 'INPUT Why, for the audit log')
  assert.deepEqual(await axeViolations(page), [])
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  assert.equal(await focused(page), 'BUTTON Reset second factor')
  await page.keyboard.press('Enter')
  await page.keyboard.type('lost the phone')
  await page.keyboard.press('Enter')
  await waitForFocus(page, 'h2', 'Second factor off')
  const events = (await (
    await app.rest('GET', '/AuditEvent?user=User/ann&_sort=-_lastUpdated')
  ).json()) as object
  assert.match(JSON.stringify(events), /lost the phone/)

  await tabTo(page, 'BUTTON End all')
  await page.keyboard.press('Enter')
  await tabTo(page, 'BUTTON End all')
  await page.keyboard.press('Enter')
  await page.getByText('Nothing is alive.').waitFor()
  await waitForFocus(page, 'button', 'End all')

  await tabTo(page, 'INPUT Inactive: cannot sign in, and all sessions and tokens end')
  await page.keyboard.press('Space')
  await tabTo(page, 'BUTTON Save')
  await page.keyboard.press('Enter')
  await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor()
  assert.equal(await focused(page), 'BUTTON Save')
  const user = (await (await app.rest('GET', '/User/ann')).json()) as { readonly inactive?: boolean }
  assert.equal(user.inactive, true)
  assert.deepEqual(complaints, [])
})

test('what goes wrong in a dialog is told in it, and the focus stays there', async () => {
  const { page, context, open } = opened
  await open('/console/sessions?user=admin&active=true', 'Sessions')
  await page.getByRole('button', { name: 'End' }).first().focus()
  await page.keyboard.press('Enter')
  await context.setOffline(true)
  await tabTo(page, 'BUTTON End')
  await page.keyboard.press('Enter')
  await page.getByRole('dialog').getByRole('alert').filter({ hasText: 'cannot be reached' }).waitFor()
  assert.equal(await focused(page), 'BUTTON End')
  await context.setOffline(false)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
})

test('each page of the navigation takes the focus to its heading, back and forth', async () => {
  const { page, open } = opened
  await open('/console', 'Start')
  for (const name of ['REST console', 'Sandbox', 'Clients', 'Configuration', 'Grants', 'Audit', 'Webhook']) {
    await page.getByRole('link', { name, exact: true }).first().press('Enter')
    await waitForFocus(page, 'h1', `${name}`)
    assert.ok((await page.title()).endsWith(`${name} · Countersign`))
  }
  await page.goBack()
  await waitForFocus(page, 'h1', 'Audit')
})

test('in forced colours what is chosen differs from what is not', async () => {
  const { page, open } = opened
  await page.emulateMedia({ forcedColors: 'active' })
  const background = async (selector: string): Promise<string> => {
    await page.locator(selector).first().waitFor()
    return page.evaluate(`getComputedStyle(document.querySelector('${selector}')).backgroundColor`)
  }
  await open('/console/sandbox/code', 'Sandbox')
  for (const list of ['.side li', '.flows li'])
    assert.notEqual(
      await background(`${list} a[aria-current]`),
      await background(`${list} a:not([aria-current])`),
    )
  await open('/console/users/new', 'New user')
  assert.notEqual(await background('.tab[aria-pressed=true]'), await background('.tab[aria-pressed=false]'))
  await page.emulateMedia({ forcedColors: 'none' })
})
