import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { listenHttp } from '../support/servers.ts'
import type { TestApp } from '../support/test-app.ts'
import { startTestServer } from '../support/test-app.ts'
import { openWatchedPage } from '../support/watched-page.ts'

let browser: Browser
let server: TestApp
let app: string
before(async () => {
  browser = await launchChromium()
  server = await startTestServer()
  const port = await listenHttp((_request, response) =>
    response
      .setHeader('content-type', 'text/html')
      .end('<link rel="icon" href="data:,"><title>The app</title>'),
  )
  app = `http://localhost:${port}`
  await server.rest('PUT', '/Client/mywebapp', {
    secret: 's',
    first_party: true,
    grant_types: ['code'],
    auth: { authorization_code: { redirect_uri: app } },
  })
  await server.rest('PUT', '/User/ann', { userName: 'ann@example.com', password: 'password' })
})
after(() => browser?.close())

const PLACES = ['/auth/login?', '/auth/login?client_id=mywebapp&response_type=code&'] as const

test('a login hint stands in the name field, and the password has the focus', async () => {
  const { page, complaints, close } = await openWatchedPage(browser, [server.url])
  for (const place of PLACES) {
    await page.goto(`${server.url}${place}login_hint=${encodeURIComponent('ann@example.com')}`)
    assert.equal(await page.getByLabel('Username or Email').inputValue(), 'ann@example.com')
    await page.locator('#password:focus').waitFor()
  }
  await page.goto(`${server.url}/auth/login?login_hint=ann@example.com`)
  await page.locator('#password:focus').waitFor()
  await page.keyboard.type('password')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'You are signed in' }).waitFor()
  assert.deepEqual(complaints, [])
  await close()
})

const HOSTILE = [
  `"><script>document.title = 'owned'</script><img src=x onerror=alert(1)>`,
  `" autofocus onfocus="alert(1)" x="`,
  `' onmouseover='alert(1)`,
  'javascript:alert(1)',
  '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;',
  '</form><form action="https://elsewhere.example">',
  '\u202eturned\u2066',
]
const SHAPE = `[...document.querySelectorAll('*')].map((it) => it.localName + ' ' + it.getAttributeNames())`

test('a hostile login hint is a value and nothing else', async () => {
  const watched = await openWatchedPage(browser, [server.url])
  const { page } = watched
  page.on('dialog', () => assert.fail('a script ran'))
  for (const place of PLACES) {
    await page.goto(`${server.url}${place}login_hint=harmless`)
    const harmless = await page.evaluate(SHAPE)
    for (const hint of HOSTILE) {
      await page.goto(`${server.url}${place}login_hint=${encodeURIComponent(hint)}`)
      assert.equal(await page.getByLabel('Username or Email').inputValue(), hint)
      assert.deepEqual(await page.evaluate(SHAPE), harmless, hint)
      assert.equal(await page.title(), 'Log in · Countersign')
    }
  }
  assert.deepEqual(watched.complaints, [])
  assert.deepEqual(watched.outside, [])
  await watched.close()
})

test('hostile words in the other parameters of a request are words on the page at most', async () => {
  const watched = await openWatchedPage(browser, [server.url, app])
  const { page } = watched
  page.on('dialog', () => assert.fail('a script ran'))
  for (const name of [
    'client_id',
    'redirect_uri',
    'scope',
    'state',
    'ui_locales',
    'error',
    'error_description',
  ])
    for (const word of HOSTILE.slice(0, 3)) {
      const query = new URLSearchParams({ client_id: 'mywebapp', response_type: 'code', [name]: word })
      await page.goto(`${server.url}/auth/login?${query}`)
      assert.match(await page.title(), / · Countersign$|^The app$/)
      assert.equal(await page.locator('script, img, [onfocus], [onmouseover]').count(), 0, `${name} ${word}`)
    }
  assert.deepEqual(watched.complaints, [])
  assert.deepEqual(watched.outside, [])
  await watched.close()
})
