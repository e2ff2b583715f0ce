import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { oathtoolCode } from '../support/authenticator.ts'
import { launchChromium } from '../support/chromium.ts'
import { listenHttp } from '../support/servers.ts'
import type { TestApp } from '../support/test-app.ts'
import { startTestServer } from '../support/test-app.ts'
import { enableTwoFactor } from '../support/two-factor-account.ts'
import type { WatchedPage } from '../support/watched-page.ts'
import { openWatchedPage } from '../support/watched-page.ts'

let browser: Browser
let server: TestApp
let app: string
/** Where the application sends browsers on to from its `/callback`: an origin of its own that nobody registered. */
let home: string
const asked: string[] = []
before(async () => {
  browser = await launchChromium()
  server = await startTestServer()
  const port = await listenHttp((request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.referer ?? 'no referrer'}`)
    if (request.url?.startsWith('/callback') === true) {
      response.writeHead(303, { location: home }).end()
      return
    }
    response.setHeader('content-type', 'text/html').end('<link rel="icon" href="data:,"><h1>The app</h1>')
  })
  app = `http://localhost:${port}`
  home = `http://127.0.0.1:${port}/home`
  const settings = { grant_types: ['code'], auth: { authorization_code: { redirect_uri: app } } }
  for (const [id, isOurs] of [
    ['mywebapp', true],
    ['partner', false],
  ] as const)
    await server.rest('PUT', `/Client/${id}`, { ...settings, secret: 'verysecret', first_party: isOurs })
  const redirect_uri = `${app}/callback`
  await server.rest('PUT', '/Client/traveller', {
    secret: 'verysecret',
    grant_types: ['code'],
    auth: { authorization_code: { redirect_uri } },
    post_logout_redirect_uris: [redirect_uri],
  })
})
after(() => browser?.close())

const open = (): Promise<WatchedPage> => openWatchedPage(browser, [server.url, app])

const signIn = async (page: Page, user: string, clientId: string, query = ''): Promise<void> => {
  await page.goto(
    `${server.url}/auth/login?client_id=${clientId}&response_type=code&state=a%2Fb%20%C3%A9${query}`,
  )
  await page.getByLabel('Username or Email').fill(user)
  await page.getByLabel('Password').fill('password')
  await page.getByRole('button', { name: 'Log in' }).click()
}

const arrived = async (watched: WatchedPage): Promise<void> => {
  await watched.page.getByRole('heading', { name: 'The app' }).waitFor()
  assert.deepEqual(watched.complaints, [])
  const issuer = encodeURIComponent(server.url)
  assert.match(
    watched.page.url(),
    new RegExp(`^${app}/\\?code=[\\w-]{43}&state=a%2Fb%20%C3%A9&iss=${issuer}$`),
  )
}

test('after the code page the browser stands at the app, the Location being the registered one byte for byte', async () => {
  const secret = await enableTwoFactor(server, 'ann')
  server.clock.advance(30_000)
  const watched = await open()
  const { page } = watched
  const locations: string[] = []
  page.on('response', (response) => {
    const location = response.headers().location
    if (location !== undefined) locations.push(location)
  })
  await signIn(page, 'ann', 'mywebapp')
  await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
  asked.length = 0
  await page.getByLabel('Authentication code').fill(await oathtoolCode(secret, server.clock.now()))
  await page.getByRole('button', { name: 'Continue' }).click()
  await arrived(watched)
  assert.equal(locations.length, 2)
  assert.equal(locations[0], '/auth/login/2fa/confirm')
  assert.match(locations[1] ?? '', new RegExp(`^${app}\\?code=[\\w-]{43}&state=a%2Fb%20%C3%A9&iss=[^&]+$`))
  assert.equal(asked.length, 1)
  assert.match(asked[0] ?? '', /^GET \/\?code=\S+ no referrer$/)
  await watched.close()
})

test('without a second factor the browser goes from the login page to the app', async () => {
  await server.rest('PUT', '/User/bob', { password: 'password' })
  const watched = await open()
  await signIn(watched.page, 'bob', 'mywebapp')
  await arrived(watched)
  await watched.close()
})

for (const [user, decision, expected] of [
  ['cat', 'Allow', /\?code=/],
  ['cathy', 'Deny', /\?error=access_denied&/],
] as const)
  test(`after ${decision} on the consent page the browser stands at the app`, async () => {
    await server.rest('PUT', `/User/${user}`, { password: 'password' })
    const watched = await open()
    await signIn(watched.page, user, 'partner', '&prompt=consent')
    await watched.page.getByRole('button', { name: decision }).click()
    await watched.page.getByRole('heading', { name: 'The app' }).waitFor()
    assert.match(watched.page.url(), expected)
    assert.deepEqual(watched.complaints, [])
    await watched.close()
  })

test('a login that comes back to an authorization request of the same site ends at the app too', async () => {
  await server.rest('PUT', '/User/dan', { password: 'password' })
  const watched = await open()
  const back = `/auth/authorize?client_id=mywebapp&response_type=code&state=a%2Fb%20%C3%A9`
  await watched.page.goto(`${server.url}/auth/login?redirect_to=${encodeURIComponent(btoa(back))}`)
  await watched.page.getByLabel('Username or Email').fill('dan')
  await watched.page.getByLabel('Password').fill('password')
  await watched.page.getByRole('button', { name: 'Log in' }).click()
  await arrived(watched)
  await watched.close()
})

test('no form of a page without an app may be sent elsewhere', async () => {
  const watched = await open()
  await watched.page.goto(`${server.url}/auth/login`)
  const before = asked.length
  await watched.page.evaluate(`document.querySelector('form').action = ${JSON.stringify(app)}`)
  await watched.page.getByLabel('Username or Email').fill('eve')
  await watched.page.getByLabel('Password').fill('password')
  const refused = watched.page.waitForEvent('console')
  await watched.page.keyboard.press('Enter')
  assert.match((await refused).text(), /form-action/)
  assert.equal(asked.length, before)
  await watched.close()
})

test('an application may send the browser on to another origin: from sign-in, consent, a posted answer and sign-out', async () => {
  await server.rest('PUT', '/User/fay', { password: 'password' })
  const { page, complaints, close } = await openWatchedPage(browser, [server.url, app, new URL(home).origin])
  const atHome = async (): Promise<void> => {
    await page.waitForURL(home)
    await page.getByRole('heading', { name: 'The app' }).waitFor()
  }
  await signIn(page, 'fay', 'traveller')
  await page.getByRole('button', { name: 'Allow' }).click()
  await atHome()
  await page.goto(
    `${server.url}/auth/authorize?client_id=traveller&response_type=code&response_mode=form_post`,
  )
  await atHome()
  await page.context().clearCookies()
  await signIn(page, 'fay', 'traveller')
  await atHome()
  const after = encodeURIComponent(`${app}/callback`)
  await page.goto(`${server.url}/auth/end-session?client_id=traveller&post_logout_redirect_uri=${after}`)
  await page.getByRole('button', { name: /^(?:Log|Sign) out/ }).click()
  await atHome()
  assert.deepEqual(complaints, [])
  await close()
})
