// The console in Chromium, on a server of its own.
import assert from 'node:assert/strict'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import type { StoredApp } from './stored-app.ts'
import { startStoredApp } from './stored-app.ts'
import { startTestServer } from './test-app.ts'

export interface OpenConsole {
  readonly app: StoredApp
  readonly context: BrowserContext
  readonly page: Page
  /** What the page's policy refused, and errors of scripts. */
  readonly complaints: readonly string[]
  /** Goes to a page of the console, and waits until it is there. */
  open(path: string, heading: string): Promise<void>
}

type OpenOptions = Parameters<Browser['newContext']>[0] & {
  readonly userId?: string
  /** One that is there already; a new one where left out. */
  readonly app?: StoredApp
}

/** A browser in which an administrator has signed in. */
export async function openConsole(
  browser: Browser,
  { userId = 'admin', app: given, ...options }: OpenOptions = {},
): Promise<OpenConsole> {
  const app = given ?? (await startStoredApp({}, startTestServer))
  const context = await browser.newContext(options)
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const { cookie } = await app.signIn(userId)
  await context.addCookies([{ name: 'ASID', value: cookie, url: app.url, httpOnly: true, sameSite: 'Lax' }])
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (line) => {
    if (line.type() === 'error' && !/^Failed to load resource/.test(line.text())) complaints.push(line.text())
  })
  return {
    app,
    context,
    page,
    complaints,
    open: async (path, heading) => {
      await page.goto(`${app.url}${path}`)
      await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
      assert.match(await page.title(), new RegExp(`^(.+ · )?${RegExp.escape(heading)} · Countersign$`))
    },
  }
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

export const field = (page: Page, label: string) => page.getByLabel(label, { exact: true })

/** Waits until the page says so by itself. */
export const said = (page: Page, text: string): Promise<void> =>
  page.getByRole('status').filter({ hasText: text }).waitFor()

/** Pastes as a person does, by the clipboard, in place of all that is there. */
export async function pasteInto(page: Page, label: string, text: string): Promise<void> {
  const field = page.getByRole('textbox', { name: label, exact: true })
  await field.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`)
  await page.keyboard.press('ControlOrMeta+v')
}
