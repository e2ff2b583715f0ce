// Configurations in the console: the webhook that comes and goes, and which one is in force.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import type { OpenConsole } from '../support/console.ts'
import { button, field, openConsole, said } from '../support/console.ts'
import { startConsoleWorld } from '../support/console-world.ts'
import { hasAttribute, hasValue, occurs, showsText } from '../support/shown.ts'

let browser: Browser
let opened: OpenConsole
before(async () => {
  browser = await launchChromium()
  opened = await openConsole(browser, { app: await startConsoleWorld(), reducedMotion: 'reduce' })
})
after(() => browser?.close())

const twoFactorOf = async (id: string): Promise<unknown> =>
  ((await (await opened.app.rest('GET', `/AuthConfig/${id}`)).json()) as { twoFactor?: unknown }).twoFactor

test('an emptied endpoint takes the webhook away, and typed anew it brings timeout and headers back', async () => {
  const { app, page, open, complaints } = opened
  const webhook = { endpoint: 'http://127.0.0.1:9/a', timeout: 700, headers: { 'X-Key': 'secret' } }
  await app.rest('PUT', '/AuthConfig/hooked', { twoFactor: { issuerName: 'Hooked', webhook } })
  const stored = await twoFactorOf('hooked')
  await open('/console/configuration/hooked', 'Configuration hooked')
  await field(page, 'Endpoint').fill('')
  await hasValue(field(page, 'Timeout (milliseconds)'), '')
  await hasAttribute(field(page, 'Timeout (milliseconds)'), 'readonly', '')
  await field(page, 'Endpoint').fill('http://127.0.0.1:9/b')
  await hasValue(field(page, 'Timeout (milliseconds)'), '700')
  await button(page, 'Save').click()
  await said(page, 'Saved.')
  assert.deepEqual(
    await twoFactorOf('hooked'),
    JSON.parse(JSON.stringify(stored).replace('127.0.0.1:9/a', '127.0.0.1:9/b')),
  )
  await field(page, 'Endpoint').fill('')
  await button(page, 'Save').click()
  await said(page, 'Saved.')
  assert.deepEqual(await twoFactorOf('hooked'), { issuerName: 'Hooked' })
  assert.deepEqual(complaints, [])
})

test('which one is in force is said, and saving another puts that in force', async () => {
  const { app, page, open, complaints } = opened
  app.clock.advance(1000)
  await app.rest('PUT', '/AuthConfig/older', { theme: { title: 'Older' } })
  app.clock.advance(1000)
  await app.rest('PUT', '/AuthConfig/newer', { theme: { title: 'Newer' } })
  await open('/console/configuration', 'Configuration')
  await occurs(page.getByText('in force', { exact: true }), 1)
  await showsText(page.getByRole('row').filter({ hasText: 'in force' }), /^newer in force/)
  await open('/console/webhook', 'Webhook')
  await page.getByText('No webhook is set in newer, the configuration in force.').waitFor()
  await open('/console/configuration/older', 'Configuration older')
  await page.getByText('Not in force: newer is.').waitFor()
  app.clock.advance(1000)
  await field(page, 'Title').fill('Older no more')
  await button(page, 'Save').click()
  await page.getByText('In force.', { exact: true }).waitFor()
  assert.deepEqual(complaints, [])
})
