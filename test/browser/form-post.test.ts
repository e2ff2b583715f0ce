import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import { listenHttp } from '../support/servers.ts'
import type { TestApp } from '../support/test-app.ts'
import { ADMIN_PASSWORD, startTestServer } from '../support/test-app.ts'

let browser: Browser
let server: TestApp
let app: string
const posted: string[] = []
before(async () => {
  browser = await launchChromium()
  server = await startTestServer()
  const port = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    posted.push(`${request.method} ${request.url} ${request.headers['content-type']} ${body}`)
    response.setHeader('content-type', 'text/html').end('<link rel="icon" href="data:,"><h1>The app</h1>')
  })
  app = `http://localhost:${port}/cb`
  const made = await server.rest('PUT', '/Client/poster', {
    secret: 'verysecret',
    first_party: true,
    grant_types: ['code'],
    auth: { authorization_code: { redirect_uri: app } },
  })
  assert.equal(made.status, 201)
})
after(() => browser?.close())

/** Begins at the application and signs in as the administrator; whatever the browser complains about is kept. */
const signIn = async (page: Page): Promise<readonly string[]> => {
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  posted.length = 0
  await page.goto(
    `${server.url}/auth/authorize?client_id=poster&response_type=code&response_mode=form_post&state=s%20%22&prompt=login`,
  )
  await page.getByLabel('Username or Email').fill('admin')
  await page.getByLabel('Password').fill(ADMIN_PASSWORD)
  await page.getByRole('button', { name: 'Log in' }).click()
  return complaints
}

const wasPosted = (page: Page): void => {
  assert.equal(page.url(), app, 'nothing in the URL')
  assert.equal(posted.length, 1)
  const issuer = encodeURIComponent(server.url)
  assert.match(
    posted[0] ?? '',
    new RegExp(`^POST /cb application/x-www-form-urlencoded code=[\\w-]{43}&state=s\\+%22&iss=${issuer}$`),
  )
}

test('with scripts the answer is posted by itself, and the policy of the page lets it', async () => {
  const page = await browser.newPage()
  const complaints = await signIn(page)
  await page.getByRole('heading', { name: 'The app' }).waitFor()
  wasPosted(page)
  assert.deepEqual(complaints, [])
  await page.close()
})

test('without scripts a person presses Continue', async () => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await signIn(page)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('heading', { name: 'The app' }).waitFor()
  wasPosted(page)
  await context.close()
})

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [320, 1280])
    test(`the page is accessible and fits: ${colorScheme}, ${width} px`, async () => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 700 } })
      const page = await context.newPage()
      await page.route('**/*.js', (route) => route.abort())
      await signIn(page)
      await page.getByRole('heading', { name: 'Back to the application' }).waitFor()
      assert.deepEqual(await axeViolations(page), [])
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true)
      await context.close()
    })
