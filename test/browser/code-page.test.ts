import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { oathtoolCode } from '../support/authenticator.ts'
import { launchChromium } from '../support/chromium.ts'
import { listenHttp } from '../support/servers.ts'
import type { TestApp } from '../support/test-app.ts'
import { startTestServer } from '../support/test-app.ts'
import { enableTwoFactor } from '../support/two-factor-account.ts'

const CODE_PATH = '/auth/login/2fa/confirm'

let browser: Browser
let server: TestApp
before(async () => {
  browser = await launchChromium()
  server = await startTestServer()
})
after(() => browser?.close())

interface Visitor {
  readonly context: BrowserContext
  readonly page: Page
  readonly user: string
  codeNow(): Promise<string>
}

let users = 0
/** A person with two factors, whose browser stands at the code page. */
const atCodePage = async (): Promise<Visitor> => {
  users += 1
  const user = `user-${users}`
  const secret = await enableTwoFactor(server, user)
  server.clock.advance(30_000)
  const context = await browser.newContext()
  const page = await context.newPage()
  await page.goto(`${server.url}/auth/login`)
  await signIn(page, user)
  await atCode(page)
  return { context, page, user, codeNow: () => oathtoolCode(secret, server.clock.now()) }
}

const signIn = async (page: Page, user: string): Promise<void> => {
  await page.getByLabel('Username or Email').fill(user)
  await page.getByLabel('Password').fill('password')
  await page.getByRole('button', { name: 'Log in' }).click()
}

const arrive = (page: Page, heading: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name: heading }).waitFor()

const atCode = async (page: Page): Promise<void> => {
  await arrive(page, 'Enter your code')
  assert.equal(page.url(), server.url + CODE_PATH)
}

const enter = async (page: Page, code: string): Promise<void> => {
  await page.getByLabel('Authentication code').fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
}

test('reloading the code page asks again and spends no try', async () => {
  const { context, page, codeNow } = await atCodePage()
  for (let reload = 0; reload < 7; reload += 1) {
    await page.reload()
    await atCode(page)
  }
  assert.equal(await page.getByRole('alert').count(), 0)
  await enter(page, await codeNow())
  await arrive(page, 'You are signed in')
  await context.close()
})

test('going back to the login page and logging in anew leads to a code page that works', async () => {
  const { context, page, user, codeNow } = await atCodePage()
  await page.goBack()
  await arrive(page, 'Countersign')
  await signIn(page, user)
  await atCode(page)
  await enter(page, await codeNow())
  await arrive(page, 'You are signed in')
  await context.close()
})

test('back and forward between login and code page keep the attempt', async () => {
  const { context, page, codeNow } = await atCodePage()
  await page.goBack()
  await arrive(page, 'Countersign')
  await page.goForward()
  await atCode(page)
  await enter(page, await codeNow())
  await arrive(page, 'You are signed in')
  await context.close()
})

test('back after the sign-in shows the signed-in page, not a code field to fill in again', async () => {
  const { context, page, codeNow } = await atCodePage()
  await enter(page, await codeNow())
  await arrive(page, 'You are signed in')
  await page.goBack()
  await arrive(page, 'You are signed in')
  await context.close()
})

test('a second tab stands at the same code page, and the slower tab learns that the sign-in is done', async () => {
  const { context, page, codeNow } = await atCodePage()
  const second = await context.newPage()
  await second.goto(server.url + CODE_PATH)
  await atCode(second)
  await enter(second, await codeNow())
  await arrive(second, 'You are signed in')
  server.clock.advance(30_000)
  await enter(page, await codeNow())
  await arrive(page, 'You are signed in')
  await context.close()
})

test('two tabs that log in as two people sign in as the one who was last', async () => {
  const first = await atCodePage()
  const other = await atCodePage()
  await other.context.close()
  server.clock.advance(30_000)
  const second = await first.context.newPage()
  await second.goto(`${server.url}/auth/login`)
  await signIn(second, other.user)
  await atCode(second)
  await first.page.reload()
  assert.match((await first.page.locator('main').textContent()) ?? '', new RegExp(`as ${other.user}`))
  await enter(first.page, await first.codeNow())
  await first.page.getByRole('alert').waitFor()
  await enter(second, await other.codeNow())
  await arrive(second, 'You are signed in')
  assert.match((await second.locator('main').textContent()) ?? '', new RegExp(`As ${other.user}`))
  await first.context.close()
})

test('a code page left open too long goes back to the login page, with the reason and what it was for', async () => {
  const port = await listenHttp((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<h1>The app</h1>'),
  )
  await server.rest('PUT', '/Client/slow', {
    secret: 's',
    first_party: true,
    grant_types: ['code'],
    auth: { authorization_code: { redirect_uri: `http://localhost:${port}` } },
  })
  const { context, page, user, codeNow } = await atCodePage()
  await page.goto(`${server.url}/auth/login?client_id=slow&response_type=code&state=1`)
  await signIn(page, user)
  await atCode(page)
  server.clock.advance(6 * 60_000)
  await enter(page, await codeNow())
  await page.getByText('Your sign-in took too long').waitFor()
  await signIn(page, user)
  await atCode(page)
  await enter(page, await codeNow())
  await arrive(page, 'The app')
  assert.match(page.url(), /\/\?code=[\w-]{43}&state=1&iss=/)
  await context.close()
})

test('after five wrong codes the browser is back at the login page and told why', async () => {
  const { context, page } = await atCodePage()
  for (let wrong = 0; wrong < 4; wrong += 1) {
    await enter(page, 'abcdef')
    await page.getByRole('alert').waitFor()
    await atCode(page)
  }
  await enter(page, 'abcdef')
  await page.waitForURL(/\/auth\/login\?/)
  await page.getByText('Too many wrong codes').waitFor()
  await context.close()
})

test('“Use another account” leads to the login page of the same app', async () => {
  const { context, page } = await atCodePage()
  await page.getByRole('link', { name: 'Use another account' }).click()
  await arrive(page, 'Countersign')
  assert.equal(await page.getByLabel('Username or Email').inputValue(), '')
  await context.close()
})
