// What takes the console away from who uses it is said before it happens.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import type { OpenConsole } from '../support/console.ts'
import { openConsole } from '../support/console.ts'
import { startConsoleWorld } from '../support/console-world.ts'
import { occurs, showsText } from '../support/shown.ts'

let browser: Browser
let opened: OpenConsole
before(async () => {
  browser = await launchChromium()
  opened = await openConsole(browser, { app: await startConsoleWorld(), reducedMotion: 'reduce' })
})
after(() => browser?.close())

const INACTIVE = 'Inactive: cannot sign in, and all sessions and tokens end'

test('an administrator is told that it is they who are deleted or made inactive, and nobody else is', async () => {
  const { page, open } = opened
  await open('/console/users/admin', 'User admin')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const dialog = page.getByRole('dialog')
  await showsText(dialog, /This is you: you will be signed out at once, and cannot come back/)
  assert.deepEqual(await axeViolations(page), [])
  await page.keyboard.press('Escape')
  await page.getByLabel(INACTIVE).check()
  await page.getByRole('status').filter({ hasText: 'This is you: once saved you are signed out' }).waitFor()
  await page.getByRole('button', { name: 'Drop changes' }).click()
  await occurs(page.getByRole('status').filter({ hasText: 'This is you' }), 0)

  await open('/console/users/bob', 'User bob')
  await page.getByLabel(INACTIVE).waitFor()
  await page.waitForLoadState('networkidle')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await showsText(dialog, /all sessions and tokens end at once/)
  assert.doesNotMatch(await page.locator('main').innerText(), /This is you/)
})

test('who deletes the root client is told that it has full access', async () => {
  const { page, open } = opened
  await open('/console/clients/root', 'Client root')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await showsText(page.getByRole('dialog'), /This is the root client, which has full access/)
  await page.keyboard.press('Escape')
  await open('/console/clients/mywebapp', 'Client mywebapp')
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await showsText(page.getByRole('dialog'), /All of its tokens end at once/)
  await occurs(page.getByText('full access'), 0)
})
