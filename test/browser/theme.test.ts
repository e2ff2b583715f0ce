import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { startStory, tellStory } from '../support/browser-story.ts'
import { launchChromium } from '../support/chromium.ts'
import { MOUSE } from '../support/hands.ts'
import { listenHttp } from '../support/servers.ts'
import type { TestApp } from '../support/test-app.ts'
import { startTestServer } from '../support/test-app.ts'
import { openWatchedPage } from '../support/watched-page.ts'

const PURPLE = 'rgb(102, 51, 153)'
const LOGO =
  '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="30"><rect width="90" height="30"/></svg>'

let browser: Browser
let host: string
/** What the style host was sent: the path with the referrer and the cookies, of which there should be none. */
const asked: string[] = []
before(async () => {
  browser = await launchChromium()
  const port = await listenHttp(({ url = '', headers }, response) => {
    asked.push([url, headers.referer, headers.cookie].filter((part) => part !== undefined).join(' '))
    if (url === '/logo.svg') return response.setHeader('content-type', 'image/svg+xml').end(LOGO)
    response.setHeader('content-type', 'text/css')
    return response.end(`h1 { color: ${url.includes('green') ? 'green' : PURPLE} }`)
  })
  host = `http://127.0.0.1:${port}`
})
after(() => browser?.close())

const putTheme = async (server: TestApp, id: string, theme: Record<string, string>): Promise<number> => {
  const body = { theme, twoFactor: { issuerName: 'my-app', validPastTokensCount: 3 } }
  return (await server.rest('PUT', `/AuthConfig/${id}`, body)).status
}

const colourOfHeading = (page: Page): Promise<string> =>
  page.evaluate<string>(`getComputedStyle(document.querySelector('h1')).color`)

const assertThemed = async (page: Page, name: string): Promise<void> => {
  assert.match(await page.title(), / · Sign in to my-app$/, name)
  assert.equal(await page.locator('.cs-brand').textContent(), 'my-app', name)
  assert.equal(await colourOfHeading(page), PURPLE, name)
}

test('title, brand and stylesheet of the AuthConfig are on every page from sign-in to disabling and error', async () => {
  const server = await startTestServer()
  const apps = await startStory(server)
  const theme = {
    title: 'Sign in to my-app',
    brand: 'my-app',
    styleUrl: `${host}/auth.css?v=1`,
    forgotPasswordUrl: 'https://my-app.example/forgot',
  }
  assert.equal(await putTheme(server, 'theme', theme), 201)
  asked.length = 0
  const watched = await openWatchedPage(browser, [server.url, apps.redirectUri, host])
  const { page } = watched
  const seen = new Set<string>()
  const look = async (current: Page, name: string): Promise<void> => {
    seen.add(name)
    await assertThemed(current, name)
  }
  await tellStory({ server, apps, page, hands: MOUSE, title: 'Sign in to my-app', look })
  assert.equal(seen.size, 15)

  await page.goto(`${server.url}/auth/logout`)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('Username or Email').fill('nobody')
  for (let wrong = 0; (await page.getByText('Too many tries').count()) === 0; wrong += 1) {
    assert.ok(wrong < 10)
    const forgot = page.getByRole('link', { name: 'Forgot your password?' })
    assert.equal(await forgot.getAttribute('href'), 'https://my-app.example/forgot')
    await page.getByLabel('Password').fill('wrong')
    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    await page.getByRole('button', { name: 'Log in' }).click()
    await (await answered).finished()
    await page.getByRole('alert').waitFor()
  }
  await assertThemed(page, 'too many tries')

  assert.deepEqual(watched.complaints, [])
  assert.deepEqual(watched.outside, [])
  assert.ok(asked.length > 0)
  assert.deepEqual([...new Set(asked)], ['/auth.css?v=1'], 'neither a referrer nor a cookie')
  await watched.close()
})

test('a theme counts from the next request on, the newest wins, and the one before comes back', async () => {
  const server = await startTestServer()
  const watched = await openWatchedPage(browser, [server.url, host])
  const { page } = watched
  const heading = async (): Promise<string> => {
    await page.goto(`${server.url}/auth/login`)
    return `${await page.getByRole('heading', { level: 1 }).textContent()} in ${await colourOfHeading(page)}`
  }
  assert.match(await heading(), /^Countersign in rgb\(22, 24, 29\)$/)
  await putTheme(server, 'first', { title: 'First', styleUrl: `${host}/first.css` })
  assert.equal(await heading(), `First in ${PURPLE}`)
  await putTheme(server, 'second', { title: 'Second', styleUrl: `${host}/green.css` })
  assert.equal(await heading(), 'Second in rgb(0, 128, 0)')
  await putTheme(server, 'second', { title: 'Second again' })
  assert.equal(await heading(), 'Second again in rgb(22, 24, 29)')
  await server.rest('DELETE', '/AuthConfig/second')
  assert.equal(await heading(), `First in ${PURPLE}`)
  assert.deepEqual(watched.complaints, [])
  await watched.close()
})

test('a brand that is an image is loaded from its own origin, with the title as its text', async () => {
  const server = await startTestServer()
  const watched = await openWatchedPage(browser, [server.url, host])
  const { page } = watched
  for (const brand of [`${host}/logo.svg`, `data:image/svg+xml;base64,${btoa(LOGO)}`]) {
    await putTheme(server, 'theme', { title: 'My app', brand })
    asked.length = 0
    await page.goto(`${server.url}/auth/login`)
    await page.getByRole('img', { name: 'My app' }).waitFor()
    assert.equal(await page.evaluate(`document.querySelector('img').naturalWidth`), 90)
    assert.deepEqual(asked, brand.startsWith('data:') ? [] : ['/logo.svg'])
  }
  assert.deepEqual(watched.complaints, [])
  await watched.close()
})

test('a stylesheet that does not answer leaves a page that works', async () => {
  const server = await startTestServer()
  await server.rest('PUT', '/User/my-user', { password: 'password' })
  const port = await listenHttp((_request, response) => response.writeHead(500).end())
  await putTheme(server, 'theme', { title: 'My app', styleUrl: `http://127.0.0.1:${port}/auth.css` })
  const page = await browser.newPage()
  await page.goto(`${server.url}/auth/login`)
  await page.getByLabel('Username or Email').fill('my-user')
  await page.getByLabel('Password').fill('password')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  await page.close()
})
