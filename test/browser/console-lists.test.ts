// The lists of the console: what is found, how much of it is shown, and what is said when nothing is.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import type { OpenConsole } from '../support/console.ts'
import { button, field, openConsole } from '../support/console.ts'
import { startConsoleWorld } from '../support/console-world.ts'
import { hasValue, occurs, showsText, showsTexts } from '../support/shown.ts'

let browser: Browser
let opened: OpenConsole
before(async () => {
  browser = await launchChromium()
  opened = await openConsole(browser, { app: await startConsoleWorld(), reducedMotion: 'reduce' })
})
after(() => browser?.close())

const FIND = 'Find by id, user name, e-mail address or name'

const ids = (page: Page) => page.locator('tbody th')

const find = async (page: Page, text: string): Promise<void> => {
  await field(page, FIND).fill(text)
  await page.keyboard.press('Enter')
}

describe('users', () => {
  test('are found by given and family name together, and the curl lines find them too', async () => {
    const { app, page, open } = opened
    await app.rest('PUT', '/User/ann2', { name: { givenName: 'Ann', familyName: 'Other' } })
    await open('/console/users', 'Users')
    await find(page, 'example  ann')
    await showsTexts(ids(page), ['ann'])
    await page.getByText('The same with curl').click()
    await showsText(page.locator('.curl pre'), /name%3Acontains=example&name%3Acontains=ann&/)
    await find(page, 'ann')
    await showsTexts(ids(page), ['ann', 'ann2'])
    await showsText(page.locator('.curl pre'), /_id=ann&/)
  })

  test('more than are shown are told', async () => {
    const { app, page, open } = opened
    const entry = Array.from({ length: 60 }, (_, index) => ({
      request: { method: 'PUT', url: `/User/crowd-${index}` },
      resource: { userName: `crowd-${index}` },
    }))
    const answer = await app.rest('POST', '/', { resourceType: 'Bundle', type: 'batch', entry })
    assert.ok(answer.ok, await answer.text())
    await open('/console/users?q=crowd', 'Users')
    await showsText(page.locator('main'), /These are the first 50, and there are more\./)
    await find(page, 'crowd-1')
    await page.getByText('Type more to find fewer').waitFor({ state: 'detached' })
  })
})

test('one long value pushes no other column out of sight', async () => {
  const { app, page, open } = opened
  const long = 'x'.repeat(60)
  await app.rest('PUT', `/User/long-${long}`, {
    userName: `n${long.repeat(3)}`,
    email: `${long}@${long}.org`,
  })
  await app.rest('PUT', `/Client/long-${long}`, { name: long.repeat(2), grant_types: ['client_credentials'] })
  for (const [path, heading] of [
    ['/console/users', 'Users'],
    ['/console/clients', 'Clients'],
    ['/console/sessions', 'Sessions'],
    ['/console/audit', 'Audit'],
  ] as const) {
    await page.setViewportSize({ width: 1280, height: 800 })
    await open(path, heading)
    await page.locator('tbody tr').first().waitFor()
    const widths = () =>
      page.evaluate<{ own: number; table: number; page: number }>(`(() => {
        const { clientWidth, scrollWidth } = document.querySelector('.table-scroll')
        return { own: clientWidth, table: scrollWidth, page: document.documentElement.scrollWidth }
      })()`)
    const wide = await widths()
    assert.ok(wide.table <= wide.own, `${path} ${JSON.stringify(wide)}`)
    await page.setViewportSize({ width: 320, height: 800 })
    const narrow = await widths()
    assert.ok(narrow.page <= 320 && narrow.table < 1000, `${path} ${JSON.stringify(narrow)}`)
  }
  await page.setViewportSize({ width: 1280, height: 800 })
})

describe('a filter', () => {
  test('leaves the focus where it is, says how many were found, and follows the way back', async () => {
    const { page, open } = opened
    await open('/console/sessions', 'Sessions')
    await field(page, 'User id').fill('nobody')
    await page.keyboard.press('Enter')
    const status = page.locator('main > [role=status].hidden')
    await showsText(status, /^Nothing found$/)
    assert.equal(await page.evaluate('document.activeElement.labels[0].textContent'), 'User id')
    await field(page, 'User id').fill('ann')
    await page.keyboard.press('Enter')
    await showsText(status, /^\d+ found$/)
    assert.equal(await page.evaluate('document.activeElement.labels[0].textContent'), 'User id')
    await page.goBack()
    await hasValue(field(page, 'User id'), 'nobody')
    await showsText(status, /^Nothing found$/)
  })

  test('that is refused leaves nothing below it that could be taken for its answer', async () => {
    const { page, open } = opened
    await open('/console/audit', 'Audit')
    await page.locator('tbody tr').first().waitFor()
    await occurs(page.locator('datalist option[value=two-factor-delivery]'), 1)
    await field(page, 'Address').fill('1'.repeat(5000))
    await button(page, 'Filter').click()
    await page.getByRole('alert').waitFor()
    await occurs(page.locator('tbody tr'), 0)
    await field(page, 'Address').fill('')
    await button(page, 'Filter').click()
    await page.locator('tbody tr').first().waitFor()
    await occurs(page.getByRole('alert'), 0)
  })
})

test('a page after the last says so and leads to the first', async () => {
  const { page, open } = opened
  for (const [path, heading] of [
    ['/console/users', 'Users'],
    ['/console/clients', 'Clients'],
  ] as const) {
    await open(`${path}?page=99`, heading)
    await showsText(page.locator('.empty'), /^Nothing on page 99\. To the first page$/)
    await occurs(page.getByRole('navigation', { name: 'Pages' }), 0)
    await page.getByRole('link', { name: 'To the first page' }).click()
    await page.locator('tbody tr').first().waitFor()
    await showsText(page.getByRole('navigation', { name: 'Pages' }), /^1–\d+ of \d+/)
  }
})
