// A console that is left open while the server restarts, the session ends or the network is lost.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { pasteInto } from '../support/console.ts'
import { eventually } from '../support/eventually.ts'
import type { ServerProcess } from '../support/server-process.ts'
import {
  ADMIN_PASSWORD,
  ROOT_AUTHORIZATION,
  spawnServerProcess,
  startServerProcess,
} from '../support/server-process.ts'
import { hasValue, occurs } from '../support/shown.ts'

const directory = mkdtempSync(join(tmpdir(), 'countersign-left-open-'))

let browser: Browser
let server: ServerProcess
let url: string
let context: BrowserContext
let page: Page
before(async () => {
  browser = await launchChromium()
  server = await startServerProcess({ COUNTERSIGN_DATA_DIR: directory })
  url = `http://localhost:${server.port}`
  context = await browser.newContext({ reducedMotion: 'reduce' })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  page = await context.newPage()
  await page.goto(`${url}/console/users/new`)
  await logIn(page, 'admin', ADMIN_PASSWORD)
  await heading('New user')
})
after(async () => {
  await browser?.close()
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
})

const logIn = async (at: Page, name: string, password: string): Promise<void> => {
  await at.getByLabel('Username or Email').fill(name)
  await at.getByLabel('Password').fill(password)
  await at.getByRole('button', { name: 'Log in' }).click()
}

const heading = (name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor()

const goTo = async (name: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name, exact: true }).click()
}

const notice = (text: string) => page.locator('.connection').filter({ hasText: text })

const rest = async (method: string, path: string, body?: unknown): Promise<void> => {
  const headers = { authorization: ROOT_AUTHORIZATION, 'content-type': 'application/json' }
  const answer = await fetch(`${url}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  assert.ok(answer.ok, `${method} ${path} ${answer.status}`)
}

test('a restart of the server is told, and the console goes on with what was typed', async () => {
  await goTo('REST console')
  await heading('REST console')
  await pasteInto(page, 'Requests', 'GET /User/admin?_elements=id')
  server.signal('SIGTERM')
  await server.exited
  await page.getByRole('button', { name: /^Send/ }).click()
  await notice('The server cannot be reached.').waitFor()
  await page.locator('.answer').getByText('Nothing was lost').waitFor()
  const port = new URL(url).port
  const restarted = spawnServerProcess({ COUNTERSIGN_DATA_DIR: directory, PORT: port })
  await notice('The server cannot be reached.').waitFor({ state: 'detached' })
  assert.match(
    await page.getByRole('textbox', { name: 'Requests' }).innerText(),
    /GET \/User\/admin\?_elements=id/,
  )
  await page.getByRole('button', { name: /^Send/ }).click()
  await page.locator('.answer .badge').filter({ hasText: '200 OK' }).waitFor()
  server = await restarted
})

test('a page that does not come over a lost network is shown when the network is back', async () => {
  await context.setOffline(true)
  await goTo('Signing keys')
  await heading('Page not loaded')
  await notice('The server cannot be reached.').waitFor()
  await context.setOffline(false)
  await heading('Signing keys')
  await page.locator('tbody tr').first().waitFor()
})

test('a list that failed while the network was lost is loaded when it is back', async () => {
  await goTo('Users')
  await page.getByRole('link', { name: 'admin', exact: true }).waitFor()
  await goTo('Signing keys')
  await heading('Signing keys')
  await context.setOffline(true)
  await goTo('Users')
  await page.getByRole('alert').filter({ hasText: 'The server cannot be reached.' }).waitFor()
  await context.setOffline(false)
  await page.getByRole('link', { name: 'admin', exact: true }).waitFor()
  await occurs(page.getByRole('alert'), 0)
})

test('a session that ended is told; one logs in in another tab and goes on', async () => {
  await page.getByRole('link', { name: 'New user' }).click()
  await heading('New user')
  await page.getByLabel('Id', { exact: true }).fill('eve')
  await page.getByLabel('Password', { exact: true }).fill('password-of-eve-1')
  await rest('DELETE', '/User/admin/$sessions')
  await page.getByRole('button', { name: 'Create' }).click()
  await notice('Your session ended. What you typed is still here').waitFor()
  const [tab] = await Promise.all([
    page.waitForEvent('popup'),
    notice('Your session ended').getByRole('link', { name: 'log in again in a new tab' }).click(),
  ])
  await logIn(tab, 'admin', ADMIN_PASSWORD)
  await tab.waitForURL('**/console/signed-in')
  await tab.close()
  await notice('Your session ended').waitFor({ state: 'detached' })
  await hasValue(page.getByLabel('Password', { exact: true }), 'password-of-eve-1')
  await page.getByRole('button', { name: 'Create' }).click()
  await heading('User eve')
})

test('who logs in as somebody else in another tab is told that this is no administrator', async () => {
  await page.getByLabel('Given name').fill('Eve')
  const tab = await context.newPage()
  await rest('DELETE', '/User/admin/$sessions')
  await tab.goto(`${url}/auth/login`)
  await logIn(tab, 'eve', 'password-of-eve-1')
  await tab.waitForURL((address) => address.pathname !== '/auth/login')
  await tab.close()
  await page.getByRole('button', { name: 'Save' }).click()
  await notice('You are signed in as somebody who may not use the console.').waitFor()
  await hasValue(page.getByLabel('Given name'), 'Eve')
  await eventually(async () => (await page.getByRole('alert').count()) > 0)
})
