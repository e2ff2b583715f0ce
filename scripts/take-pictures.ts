// Writes docs/images: the pages of a server that has just started, as a person meets them, in light and in dark.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { oathtoolCode } from '../test/support/authenticator.ts'
import { launchChromium } from '../test/support/chromium.ts'
import { SEED_CLIENT } from '../test/support/seed.ts'

const SCHEMES = ['light', 'dark'] as const
const ROOT_SECRET = 'root-secret-of-the-pictures'
const USER = { id: 'my-user', password: 'password' }
const PARTNER = {
  name: 'Partner app',
  grant_types: ['authorization_code'],
  auth: { authorization_code: { redirect_uri: 'http://localhost:3002', pkce: true } },
}

const fileOf = (name: string): string => fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url))

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Resolves when the server says that it listens; what it prints is thrown away. */
const listening = (output: Readable): Promise<void> =>
  new Promise((resolve) => {
    let printed = ''
    output.on('data', (chunk) => {
      printed += chunk
      if (printed.includes('Stop it')) resolve()
    })
  })

/** Runs `use` beside a real server with an empty database, which ends with it. */
const withServer = async (use: (url: string) => Promise<void>): Promise<void> => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-pictures-'))
  const url = `http://localhost:${await freePort()}`
  const server = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      PORT: new URL(url).port,
      COUNTERSIGN_URL: url,
      COUNTERSIGN_DATA_DIR: directory,
      COUNTERSIGN_ROOT_CLIENT_SECRET: ROOT_SECRET,
    },
  })
  const ended = once(server, 'exit')
  try {
    await Promise.race([listening(server.stdout), ended])
    await use(url)
  } finally {
    server.kill('SIGKILL')
    await ended
    rmSync(directory, { recursive: true, force: true })
  }
}

const put = async (url: string, path: string, body: string): Promise<void> => {
  const authorization = `Basic ${Buffer.from(`root:${ROOT_SECRET}`).toString('base64')}`
  const response = await fetch(url + path, {
    method: 'PUT',
    headers: { authorization, 'content-type': 'text/yaml' },
    body,
  })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
}

const newPage = (browser: Browser): Promise<Page> =>
  browser.newPage({ viewport: { width: 440, height: 560 }, deviceScaleFactor: 1.5, reducedMotion: 'reduce' })

const take = async (page: Page, name: string): Promise<void> => {
  for (const colorScheme of SCHEMES) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: fileOf(`${name}-${colorScheme}`), fullPage: true, caret: 'hide' })
  }
}

const signIn = async (page: Page): Promise<void> => {
  await page.getByLabel('Username or Email').fill(USER.id)
  await page.getByLabel('Password').fill(USER.password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

const arrive = (page: Page, heading: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name: heading }).waitFor()

const takeAll = async (browser: Browser, url: string): Promise<void> => {
  await put(url, '/Client/mywebapp', SEED_CLIENT)
  await put(url, '/Client/partner', JSON.stringify(PARTNER))
  await put(url, '/User/my-user', JSON.stringify(USER))
  const page = await newPage(browser)
  await page.goto(`${url}/auth/login?client_id=mywebapp&response_type=code&state=1`)
  await arrive(page, 'Countersign')
  await take(page, 'sign-in')

  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
  await page.goto(
    `${url}/auth/authorize?client_id=partner&response_type=code&state=1&scope=openid%20profile&code_challenge=${challenge}&code_challenge_method=S256`,
  )
  await signIn(page)
  await arrive(page, 'Partner app wants to access your account')
  await take(page, 'consent')

  await page.goto(`${url}/auth/two-factor/enable`)
  await arrive(page, 'Enable two-factor')
  await take(page, 'enable')
  const key = (await page.locator('.cs-key').textContent()) ?? ''
  await page.getByLabel('Authentication code').fill(await oathtoolCode(key, Date.now()))
  await page.getByRole('button', { name: 'Enable two-factor' }).click()
  await arrive(page, 'Two-factor authentication')
  await take(page, 'two-factor')

  const other = await newPage(browser)
  await other.goto(`${url}/auth/login?client_id=mywebapp&response_type=code&state=1`)
  await signIn(other)
  await arrive(other, 'Enter your code')
  await take(other, 'code')
}

const OVERVIEW_STYLE = `
  html { background: linear-gradient(90deg, #f5f6f8 50%, #0d0e12 50%) }
  body { margin: 0; display: grid; grid-template-columns: 1fr 1fr }
  section { display: grid; grid-template-columns: 1fr 1fr; align-items: start }
  .dark { direction: rtl }
  img { display: block; width: 100% }
`

/** Both themes beside each other: what is short in one column, the long page in the next. */
const takeOverview = async (browser: Browser): Promise<void> => {
  const picture = (name: string): string =>
    `<img src="data:image/png;base64,${readFileSync(fileOf(name)).toString('base64')}">`
  const half = (scheme: string): string =>
    `<section class="${scheme}"><div>${picture(`sign-in-${scheme}`)}${picture(`code-${scheme}`)}</div>
    <div>${picture(`enable-${scheme}`)}</div></section>`
  const page = await browser.newPage({ viewport: { width: 1320, height: 600 }, deviceScaleFactor: 1.5 })
  await page.setContent(`<style>${OVERVIEW_STYLE}</style>${SCHEMES.map(half).join('')}`)
  await page.screenshot({ path: fileOf('overview'), fullPage: true })
}

const browser = await launchChromium()
try {
  await withServer((url) => takeAll(browser, url))
  await takeOverview(browser)
} finally {
  await browser.close()
}
