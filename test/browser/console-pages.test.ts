// Every page of the console with something on it: light and dark, narrow and wide.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import type { OpenConsole } from '../support/console.ts'
import { openConsole } from '../support/console.ts'
import { consoleAddresses, startConsoleWorld } from '../support/console-world.ts'
import { occurs } from '../support/shown.ts'

const WIDTHS = [1200, 320] as const
/** What the other colours may change. */
const COLOURS = ['color-contrast', 'link-in-text-block']

let browser: Browser
let opened: OpenConsole
before(async () => {
  browser = await launchChromium()
  opened = await openConsole(browser, { app: await startConsoleWorld(), reducedMotion: 'reduce' })
})
after(() => browser?.close())

/** All that was asked for has come, frames included. */
const settle = async (page: Page): Promise<void> => {
  await page.locator('h1').first().waitFor()
  await page.waitForLoadState('networkidle')
  await page.locator('.loading, [aria-busy=true]').waitFor({ state: 'detached' })
}

/** What is wider than the window and makes it scroll sideways. */
const overflow = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`document.documentElement.scrollWidth <= innerWidth ? [] : [...document.body.querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.outerHTML.slice(0, 120))`)

describe('a page of the console', () => {
  for (const address of consoleAddresses())
    test(`${address} has no violation, no sideways scrolling, no complaint and no request elsewhere`, async () => {
      const { app, page, complaints } = opened
      const elsewhere: string[] = []
      page.on('request', (request) => {
        if (new URL(request.url()).origin !== app.url) elsewhere.push(request.url())
      })
      await page.setViewportSize({ width: 1200, height: 800 })
      await page.goto(`${app.url}${address}`)
      await settle(page)
      assert.match(await page.title(), /^.+ · Countersign$/)
      await occurs(page.locator('h1'), 1)
      assert.equal(await page.getByRole('alert').count(), 0, await page.locator('main').innerText())
      for (const width of WIDTHS) {
        await page.setViewportSize({ width, height: 800 })
        await page.emulateMedia({ colorScheme: 'light' })
        assert.deepEqual(await axeViolations(page), [], `${width} light`)
        await page.emulateMedia({ colorScheme: 'dark' })
        assert.deepEqual(await axeViolations(page, COLOURS), [], `${width} dark`)
        assert.deepEqual(await overflow(page), [], `${width}`)
      }
      assert.deepEqual(complaints, [])
      assert.deepEqual(elsewhere, [])
    })
})

test('the first view is under 250 kB, compressed as the server sends it', async () => {
  const { app, page } = await openConsole(browser, { app: opened.app })
  const sizes: Promise<number>[] = []
  page.on('requestfinished', (request) => {
    sizes.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
  })
  await page.goto(`${app.url}/console`)
  await settle(page)
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  assert.ok(bytes > 10_000, 'it is measured')
  assert.ok(bytes < 250_000, `${bytes} bytes`)
})
