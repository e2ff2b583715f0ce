// What a person lives through in the browser, from a new account to the second factor and back.
import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { decodeQr, oathtoolCode } from './authenticator.ts'
import type { Hands } from './hands.ts'
import { listenHttp } from './servers.ts'
import type { TestApp } from './test-app.ts'

export interface StoryApps {
  /** `http://localhost:<port>`, as it is registered, of an application that listens there. */
  readonly redirectUri: string
}

/** Root's part: the applications, both at one listening address, and the user. */
export async function startStory(server: TestApp): Promise<StoryApps> {
  const port = await listenHttp((_request, response) =>
    response
      .setHeader('content-type', 'text/html')
      .end('<!doctype html><link rel="icon" href="data:,"><h1>The app</h1>'),
  )
  const redirectUri = `http://localhost:${port}`
  const code = { redirect_uri: redirectUri, refresh_token: true }
  const documents = {
    '/AuthConfig/myconfig': { twoFactor: { issuerName: 'my-app', validPastTokensCount: 3 } },
    '/Client/mywebapp': {
      secret: 'verysecret',
      first_party: true,
      grant_types: ['code'],
      auth: { authorization_code: code },
    },
    '/Client/partner': {
      secret: 'verysecret',
      name: 'Partner',
      grant_types: ['code'],
      auth: { authorization_code: code },
    },
    '/User/my-user': { password: 'password' },
  }
  for (const [path, body] of Object.entries(documents))
    assert.equal((await server.rest('PUT', path, body)).status, 201, path)
  return { redirectUri }
}

export interface StoryTeller {
  readonly server: TestApp
  readonly apps: StoryApps
  readonly page: Page
  readonly hands: Hands
  /** The title of the theme, which heads the login page; ours where left out. */
  readonly title?: string
  /** Called on every page of the story, once it is there. */
  readonly look: (page: Page, name: string) => Promise<void>
}

/** Tells the whole story; every step asserts that the page it leads to came. */
export async function tellStory(teller: StoryTeller): Promise<void> {
  const { server, page, hands, look, title = 'Countersign' } = teller
  const arrive = async (name: string, heading: string): Promise<void> => {
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
    await look(page, name)
  }
  const signIn = async (password = 'password'): Promise<void> => {
    const name = page.getByLabel('Username or Email')
    if ((await name.inputValue()) === '') await hands.fill(page, 'Username or Email', 'my-user')
    await hands.fill(page, 'Password', password)
    await hands.send(page, 'Log in')
  }
  const enterCode = async (code: string, button: string): Promise<void> => {
    await hands.fill(page, 'Authentication code', code)
    await hands.send(page, button)
  }
  const failed = async (name: string): Promise<void> => {
    await page.getByRole('alert').waitFor()
    await look(page, name)
  }
  const signOut = async (): Promise<void> => {
    await page.goto(`${server.url}/auth/logout`)
    await arrive('sign-out', 'Sign out?')
    await hands.use(page, 'button', 'Sign out')
    await arrive('sign-in', title)
  }

  await page.goto(`${server.url}/auth/two-factor/enable`)
  await arrive('sign-in', title)
  await signIn('not my password')
  await failed('sign-in-failed')
  await signIn()
  await arrive('enable', 'Enable two-factor')
  const secret = await secretOnScreen(page)
  const codeNow = (): Promise<string> => oathtoolCode(secret, server.clock.now())
  await enterCode(wrongCode(await codeNow()), 'Enable two-factor')
  await failed('enable-wrong')
  assert.equal(await secretOnScreen(page), secret)
  await enterCode(await codeNow(), 'Enable two-factor')
  await arrive('two-factor-enabled', 'Two-factor authentication')
  assert.match(await words(page), /Two-factor is on/)

  await signOut()
  server.clock.advance(30_000)
  await page.goto(`${server.url}/auth/login?client_id=mywebapp&response_type=code&state=a%2Fb`)
  await arrive('sign-in-client', title)
  await signIn()
  await arrive('code', 'Enter your code')
  await enterCode(wrongCode(await codeNow()), 'Continue')
  await failed('code-wrong')
  await enterCode(await codeNow(), 'Continue')
  await page.getByRole('heading', { name: 'The app' }).waitFor()
  const answer = new URL(page.url())
  assert.equal(answer.origin, teller.apps.redirectUri)
  assert.deepEqual([...answer.searchParams.keys()], ['code', 'state', 'iss'])

  await page.goto(`${server.url}/auth/authorize?client_id=partner&response_type=code&scope=openid%20profile`)
  await arrive('consent', 'Partner wants to access your account')
  await hands.use(page, 'button', 'Allow')
  await page.getByRole('heading', { name: 'The app' }).waitFor()

  await page.goto(`${server.url}/`)
  await arrive('signed-in', 'You are signed in')
  await hands.use(page, 'link', 'Two-factor authentication')
  await arrive('two-factor-on', 'Two-factor authentication')
  await hands.use(page, 'link', 'Disable')
  await arrive('disable', 'Disable two-factor')
  server.clock.advance(30_000)
  await enterCode(await codeNow(), 'Disable two-factor')
  await arrive('two-factor-disabled', 'Two-factor authentication')
  assert.match(await words(page), /Two-factor is off/)

  await signOut()
  await signIn()
  await arrive('signed-in', 'You are signed in')
  await page.goto(`${server.url}/auth/nowhere`)
  await arrive('not-found', 'Page not found')
}

const words = async (page: Page): Promise<string> => (await page.locator('main').textContent()) ?? ''

/** What a phone makes of a picture of the page. */
const secretOnScreen = async (page: Page): Promise<string> => {
  const uri = await decodeQr(await page.screenshot({ fullPage: true }))
  assert.match(uri, /^otpauth:\/\/totp\/my-app:my-user\?secret=[A-Z2-7]{32}&issuer=my-app$/)
  return new URL(uri).searchParams.get('secret') ?? ''
}

/** NOTE: a digit changed in place; with three past codes accepted one in 250,000 would be right after all. */
const wrongCode = (code: string): string => `${(Number(code[0]) + 1) % 10}${code.slice(1)}`
