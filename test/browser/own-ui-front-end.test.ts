// A front end on an origin of its own, with the calls of the public demo: implicit flow, userinfo, two-factor.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { listenHttp } from '../support/servers.ts'
import type { TestApp } from '../support/test-app.ts'
import { startTestServer } from '../support/test-app.ts'
import { codeAt } from '../support/totp-codes.ts'

let browser: Browser
before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())

/** Routes by what userinfo says, as the demo does. */
const frontEnd = (baseUrl: string): string => `<!doctype html><title>Front end</title><main></main><script>
const base = ${JSON.stringify(baseUrl)}
const service = (method, path, data) => fetch(base + path, {
  method,
  headers: { 'content-type': 'application/json', authorization: 'Bearer ' + localStorage.getItem('token') },
  ...(data === undefined ? {} : { body: JSON.stringify(data) }),
}).then(async (response) => ({ status: response.status, body: await response.json() }))
const show = (html) => { document.querySelector('main').innerHTML = html }
const on = (id, event, handle) => document.getElementById(id).addEventListener(event, handle)
const start = async () => {
  const fragment = new URLSearchParams(location.hash.slice(1))
  if (location.pathname === '/auth' && fragment.has('access_token')) {
    localStorage.setItem('token', fragment.get('access_token'))
    const state = fragment.has('state') ? JSON.parse(atob(fragment.get('state'))) : {}
    location.href = state.nextUrl ?? '/'
    return
  }
  if (localStorage.getItem('token') === null) return signedOut()
  const { status, body: user } = await service('GET', '/auth/userinfo')
  if (status !== 200) {
    localStorage.removeItem('token')
    return signedOut()
  }
  if (!user.email || user.twoFactor?.enabled) signedIn(user)
  else twoFactor()
}
const signedOut = () => {
  show('<button id="login">Login</button>')
  on('login', 'click', () => {
    const state = btoa(JSON.stringify({ nextUrl: '/app' }))
    location.href = base + '/auth/authorize?client_id=web&response_type=token&state=' + state
  })
}
const signedIn = (user) => {
  show('<p id="hello">Hello, ' + user.email + '!</p><input id="off"><button id="disable">Disable</button><p id="error"></p><button id="logout">Logout</button>')
  on('logout', 'click', async () => {
    await service('DELETE', '/Session')
    localStorage.removeItem('token')
    location.href = '/'
  })
  on('disable', 'click', async () => {
    const { status, body } = await service('POST', '/auth/two-factor/disable', { token: document.getElementById('off').value })
    if (status === 200) start()
    else document.getElementById('error').textContent = body.error
  })
}
const twoFactor = () => {
  show('<button id="enable">Enable using Authenticator app</button>')
  on('enable', 'click', async () => {
    const { body } = await service('POST', '/app/auth/two-factor/request', { transport: undefined })
    show('<p id="uri">' + body.uri + '</p><form id="form"><input id="token"><button>Confirm</button></form><p id="error"></p>')
    on('form', 'submit', async (event) => {
      event.preventDefault()
      const { status, body } = await service('POST', '/app/auth/two-factor/confirm', { token: document.getElementById('token').value })
      if (status === 200) start()
      else document.getElementById('error').textContent = body.error_description
    })
  })
}
start()
</script>`

interface Story {
  readonly server: TestApp
  readonly origin: string
  readonly page: Page
}

const open = async (): Promise<Story> => {
  const server = await startTestServer()
  const port = await listenHttp((_request, response) => {
    response.setHeader('content-type', 'text/html').end(frontEnd(server.url))
  })
  const origin = `http://localhost:${port}`
  const client = {
    first_party: true,
    grant_types: ['implicit'],
    auth: { implicit: { redirect_uri: `${origin}/auth` } },
  }
  assert.equal((await server.rest('PUT', '/Client/web', client)).status, 201)
  const user = { password: 'password', email: 'ann@example.org' }
  assert.equal((await server.rest('PUT', '/User/ann', user)).status, 201)
  const context = await browser.newContext()
  return { server, origin, page: await context.newPage() }
}

const logIn = async ({ page, origin }: Story): Promise<void> => {
  await page.goto(origin)
  await page.getByRole('button', { name: 'Login' }).click()
  await page.getByLabel('Username or Email').fill('ann@example.org')
  await page.getByLabel('Password').fill('password')
  await page.getByRole('button', { name: 'Log in' }).click()
}

test('the front end of the demo switches two-factor on and off, and signs in with it', async () => {
  const story = await open()
  const { server, origin, page } = story
  await logIn(story)
  await page.getByRole('button', { name: 'Enable using Authenticator app' }).click()
  const uri = (await page.locator('#uri').textContent()) ?? ''
  const secret = new URL(uri).searchParams.get('secret') ?? ''
  const code = () => codeAt(secret, server.clock.now())

  await page.locator('#token').fill('000000')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByText('Wrong token').waitFor()
  await page.locator('#token').fill(code())
  await page.getByRole('button', { name: 'Confirm' }).click()
  assert.equal(await page.locator('#hello').textContent(), 'Hello, ann@example.org!')

  const token = await page.evaluate(() => localStorage.getItem('token'))
  const headers = { authorization: `Bearer ${token}` }
  assert.equal((await fetch(`${server.url}/auth/userinfo`, { headers })).status, 200)
  await page.getByRole('button', { name: 'Logout' }).click()
  await page.getByRole('button', { name: 'Login' }).waitFor()
  assert.equal((await fetch(`${server.url}/auth/userinfo`, { headers })).status, 401)

  const next = await browser.newContext()
  const fresh = { server, origin, page: await next.newPage() }
  await logIn(fresh)
  server.clock.advance(30_000)
  await fresh.page.getByLabel('Code').fill(code())
  await fresh.page.getByRole('button', { name: 'Continue' }).click()
  await fresh.page.locator('#hello').waitFor()
  assert.equal(new URL(fresh.page.url()).pathname, '/app')
  await fresh.page.locator('#off').fill(code())
  await fresh.page.getByRole('button', { name: 'Disable' }).click()
  await fresh.page.getByText('wrong_token').waitFor()
  server.clock.advance(30_000)
  await fresh.page.locator('#off').fill(code())
  await fresh.page.getByRole('button', { name: 'Disable' }).click()
  await fresh.page.getByRole('button', { name: 'Enable using Authenticator app' }).waitFor()
})

test('a page of another origin cannot use the session cookie for it', async () => {
  const story = await open()
  const { server, page } = story
  await logIn(story)
  await page.getByRole('button', { name: 'Enable using Authenticator app' }).waitFor()
  const answers = await page.evaluate(async (base) => {
    const call = (path: string, init: RequestInit) =>
      fetch(base + path, { method: 'POST', ...init }).then(
        (response) => response.status,
        () => 'blocked',
      )
    const json = { 'content-type': 'application/json' }
    return {
      withCookie: await call('/auth/two-factor/request', {
        credentials: 'include',
        headers: json,
        body: '{}',
      }),
      without: await call('/auth/two-factor/request', { headers: json, body: '{}' }),
      asText: await call('/auth/two-factor/request', { mode: 'no-cors', credentials: 'include', body: '{}' }),
      signIn: await call('/auth/login', { headers: json, body: '{"username":"ann","password":"password"}' }),
    }
  }, server.url)
  assert.deepEqual(answers, { withCookie: 'blocked', without: 401, asText: 0, signIn: 'blocked' })
  const user = (await (await server.rest('GET', '/User/ann')).json()) as Record<string, unknown>
  assert.equal(user.twoFactor, undefined)
})
