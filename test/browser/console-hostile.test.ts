// Resources that want to run, to look like something else, or to be too long: every page that shows them stays as it is.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import type { OpenConsole } from '../support/console.ts'
import { openConsole, pasteInto } from '../support/console.ts'
import { basic, MYWEBAPP, postToken, SECRET, signedInBrowser, webapp } from '../support/oauth-client.ts'
import { occurs } from '../support/shown.ts'

const SCRIPT = `<script>document.title='run'</script><img src=x onerror="document.title='run'"><svg onload="document.title='run'">`
const MARKUP = `"><h1>Injected</h1><a href="javascript:alert(1)">x</a><style>*{display:none}</style>${SCRIPT}{{7*7}}`
const TURNED = '\u202Egro.elpmaxe@nimda\u2066'
const LONG = 'x'.repeat(900_000)

let browser: Browser
let opened: OpenConsole
before(async () => {
  browser = await launchChromium()
  opened = await openConsole(browser, { reducedMotion: 'reduce' })
  const { app } = opened
  const put = async (path: string, body: unknown): Promise<void> => {
    const answer = await app.rest('PUT', path, body)
    assert.equal(answer.status, 201, `${path} ${answer.status === 201 ? '' : await answer.text()}`)
  }
  await put('/User/hostile', {
    userName: TURNED,
    email: `x@${'a'.repeat(60)}.example`,
    name: { givenName: MARKUP, familyName: TURNED },
    phoneNumber: 'javascript:alert(1)',
    data: { markup: MARKUP, link: 'javascript:alert(1)' },
    password: 'password-of-hostile',
  })
  await put('/User/long', { name: { givenName: 'Long' }, data: { long: LONG, markup: MARKUP } })
  await put('/Client/mywebapp', { ...MYWEBAPP, secret: SECRET, name: MARKUP.slice(0, 200) })
  await put('/Client/partner', { ...webapp({}, { first_party: false, name: TURNED }), secret: SECRET })
  await put('/AuthConfig/hostile', {
    theme: { title: MARKUP.slice(0, 200), brand: TURNED },
    twoFactor: { issuerName: 'Hostile', webhook: { endpoint: 'http://127.0.0.1:9/<script>' } },
  })
  await app.rest('POST', '/AuthConfig/hostile/$test-webhook', {})
  await postToken(app, { grant_type: MARKUP, code: SCRIPT }, basic(MARKUP, SCRIPT))
  const person = await signedInBrowser(app, 'hostile')
  const query = new URLSearchParams({
    client_id: 'partner',
    response_type: 'code',
    scope: 'openid <script>x</script>',
  })
  const asked = await person.visit(`/auth/authorize?${query}`)
  await person.submit(asked, { decision: 'allow' })
  const stranger = app.person()
  await stranger.submit(await stranger.visit('/auth/login'), { username: MARKUP, password: SCRIPT })
})
after(() => browser?.close())

/** Nothing ran, nothing was made of what a resource holds, and what turns text round ends where the text does. */
const assertInert = async (page: Page, name: string): Promise<void> => {
  assert.equal(await page.title(), `${name} · Countersign`)
  await occurs(page.locator('h1'), 1)
  assert.equal(
    await page
      .locator('script:not([src]), main style, main img:not(.cm-widgetBuffer), a[href^="javascript:"]')
      .count(),
    0,
  )
}

describe('what is hostile is text', () => {
  for (const [path, name] of [
    ['/console', 'Start'],
    ['/console/users', 'Users'],
    ['/console/users/hostile', 'User hostile'],
    ['/console/users/long', 'User long'],
    [`/console/users?q=${encodeURIComponent(MARKUP)}`, 'Users'],
    ['/console/users/%3Cscript%3E', 'User <script>'],
    ['/console/clients', 'Clients'],
    ['/console/clients/mywebapp', 'Client mywebapp'],
    ['/console/configuration', 'Configuration'],
    ['/console/configuration/hostile', 'Configuration hostile'],
    ['/console/sessions', 'Sessions'],
    ['/console/grants', 'Grants'],
    ['/console/audit', 'Audit'],
    [`/console/audit?user=${encodeURIComponent(MARKUP)}&from=nonsense&page=-1`, 'Audit'],
    ['/console/webhook', 'Webhook'],
  ] as const)
    test(`at ${path.slice(0, 40)}`, async () => {
      const { app, page, complaints } = opened
      await page.setViewportSize({ width: 320, height: 800 })
      await page.goto(`${app.url}${path}`)
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
      await page.waitForLoadState('networkidle')
      for (const summary of await page.locator('main summary:visible').all()) await summary.click()
      await assertInert(page, name)
      const { scroll, width } = await page.evaluate<{ readonly scroll: number; readonly width: number }>(
        '({ scroll: document.documentElement.scrollWidth, width: innerWidth })',
      )
      assert.ok(scroll <= width, `${scroll} > ${width}`)
      assert.deepEqual(complaints, [])
    })
})

describe('what is long leaves the page answering', () => {
  test('as a form and as a document, which is changed and saved', async () => {
    const { app, page, open } = opened
    await page.setViewportSize({ width: 1200, height: 800 })
    await open('/console/users/long', 'User long')
    await page.getByLabel('Family name').fill('Longer')
    await page.getByRole('button', { name: 'Document', exact: true }).click()
    const text = page.getByLabel('Document (JSON)')
    assert.ok((await text.inputValue()).length > 900_000)
    await text.press('ControlOrMeta+Home')
    await text.press('ArrowRight')
    await text.press('Space')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor()
    const saved = (await (await app.rest('GET', '/User/long')).json()) as {
      readonly name: object
      readonly data: { readonly long: string }
    }
    assert.deepEqual(saved.name, { givenName: 'Long', familyName: 'Longer' })
    assert.equal(saved.data.long.length, LONG.length)
  })

  test('in the REST console, read and written', async () => {
    const { page, open, complaints } = opened
    await page.setViewportSize({ width: 1200, height: 800 })
    await open('/console/rest', 'REST console')
    await pasteInto(page, 'Requests', 'GET /User/long')
    await page.getByRole('button', { name: /^Send/ }).click()
    await page.locator('.answer .badge').filter({ hasText: '200 OK' }).waitFor()
    await page.getByRole('button', { name: 'YAML' }).click()
    await page.locator('.answer').getByRole('button', { name: 'YAML', pressed: true }).waitFor()
    const body = JSON.stringify({ data: { long: LONG, markup: MARKUP } })
    await pasteInto(page, 'Requests', `PUT /User/long\n\n${body}`)
    await page.getByRole('button', { name: /^Send/ }).click()
    await page.locator('.answer .badge').filter({ hasText: '200 OK' }).waitFor()
    await page.getByRole('link', { name: 'Users', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor()
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'REST console' }).waitFor()
    await assertInert(page, 'REST console')
    assert.deepEqual(await axeViolations(page), [])
    assert.deepEqual(complaints, [])
  })
})
