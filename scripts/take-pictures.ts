// Writes docs/images, and every picture at full size into pictures/: the pages of a server as a person meets them, light
// and dark, narrow and wide. `npm run pictures -- rest audit` takes only these of the console.
import type { Browser, Page } from 'playwright-core'
import { DEFAULT_THEME } from '../src/html/theme.ts'
import { oathtoolCode } from '../test/support/authenticator.ts'
import { launchChromium } from '../test/support/chromium.ts'
import { eventually } from '../test/support/eventually.ts'
import { gallery } from '../test/support/page-gallery.ts'
import { servePages } from '../test/support/page-server.ts'
import { CONSOLE_PICTURES } from './pictures/console-pictures.ts'
import type { ExampleServer } from './pictures/example-server.ts'
import { ADMIN, putHistory, putPeople, USER, withServer } from './pictures/example-server.ts'
import type { Shot } from './pictures/studio.ts'
import { IMAGES, newPage, SCHEMES, sheet, sheetOfPage, shoot, shootAll, write } from './pictures/studio.ts'

const chosen = process.argv.slice(2)

/** So wide are pages with one card in the README. */
const CARD_WIDTH = 440
const CARD_HEIGHT = 1200

/** Which pages of the console are in the README, and in which colours. */
const IN_README: Readonly<Record<string, Shot['scheme']>> = { rest: 'light', 'sandbox-flow': 'dark' }

const takeCard = async (page: Page, name: string): Promise<readonly Shot[]> => {
  const shots: Shot[] = []
  for (const scheme of SCHEMES) {
    const shot = await shoot(page, CARD_WIDTH, scheme, CARD_HEIGHT)
    write(`${IMAGES}${name}-${scheme}.webp`, shot.bytes)
    shots.push(shot)
  }
  return shots
}

const signIn = async (page: Page, { id, password }: typeof USER): Promise<void> => {
  await page.getByLabel('Username or Email').fill(id)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

const arrive = (page: Page, heading: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name: heading }).waitFor()

/** The way of a person through the pages; what goes into the README. */
const takeStory = async (browser: Browser, { url }: ExampleServer): Promise<void> => {
  const page = await newPage(browser, 1.5)
  await page.goto(`${url}/auth/login?client_id=mywebapp&response_type=code&state=1`)
  await arrive(page, 'Countersign')
  const signInShots = await takeCard(page, 'sign-in')

  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'
  await page.goto(
    `${url}/auth/authorize?client_id=partner&response_type=code&state=1&scope=openid%20profile&code_challenge=${challenge}&code_challenge_method=S256`,
  )
  await signIn(page, USER)
  await arrive(page, 'Partner app wants to access your account')
  await takeCard(page, 'consent')
  const [failed] = await Promise.all([
    page.waitForEvent('requestfailed'),
    page.getByRole('button', { name: 'Allow' }).click(),
  ])
  // NOTE: nobody listens there, and the browser's own page for that would come between.
  await eventually(() => page.url() !== failed.url() && page.url().startsWith('chrome-error:'))

  await page.goto(`${url}/auth/two-factor/enable`)
  await arrive(page, 'Enable two-factor')
  const enableShots = await takeCard(page, 'enable')
  const key = (await page.locator('.cs-key').textContent()) ?? ''
  await page.getByLabel('Authentication code').fill(await oathtoolCode(key, Date.now()))
  await page.getByRole('button', { name: 'Enable two-factor' }).click()
  await arrive(page, 'Two-factor authentication')
  await page.goto(`${url}/auth/account`)
  await arrive(page, 'Your account')
  await takeCard(page, 'account')

  const other = await newPage(browser, 1.5)
  await other.goto(`${url}/auth/login?client_id=mywebapp&response_type=code&state=1`)
  await signIn(other, USER)
  await arrive(other, 'Enter your code')
  const codeShots = await takeCard(other, 'code')
  await page.close()
  await other.close()

  const story = SCHEMES.flatMap((scheme) =>
    [signInShots, enableShots, codeShots].flatMap((shots) => shots.filter((shot) => shot.scheme === scheme)),
  )
  await sheet(browser, `${IMAGES}overview.webp`, story, 'repeat(6, 1fr)', 1800)
}

const takeConsole = async (browser: Browser, { url }: ExampleServer): Promise<void> => {
  const page = await newPage(browser)
  await page.goto(`${url}/auth/login?redirect_to=/console`)
  await signIn(page, ADMIN)
  await arrive(page, 'Start')
  const wanted = CONSOLE_PICTURES.filter(({ name }) => chosen.length === 0 || chosen.includes(name))
  for (const { name, path, prepare } of wanted) {
    await page.setViewportSize({ width: 1200, height: 800 })
    await page.goto(url + path)
    await page.locator('main h1').waitFor()
    await page.waitForLoadState('networkidle')
    await prepare?.(page)
    const shots = await shootAll(page, `console-${name}`)
    await sheetOfPage(browser, `console/${name}`, shots)
    const inReadme = shots.find(({ width, scheme }) => width === 1200 && scheme === IN_README[name])
    if (inReadme !== undefined) write(`${IMAGES}console-${name}.webp`, inReadme.bytes)
  }
  await page.close()
}

/** Every page for people in every state, as the browser tests look at them, on one sheet. */
const takeGallery = async (browser: Browser): Promise<void> => {
  const pages = gallery(DEFAULT_THEME)
  await using server = await servePages(pages)
  const page = await newPage(browser)
  const shots: Shot[] = []
  for (const name of pages.keys()) {
    await page.goto(`${server.origin}/${name}`)
    shots.push(...(await shootAll(page, `auth-${name}`)).filter(({ width }) => width === 320))
  }
  await page.close()
  await sheet(browser, `${IMAGES}auth-pages.webp`, shots, 'repeat(12, 1fr)', 1200)
}

const browser = await launchChromium()
try {
  await withServer(async (server) => {
    await putPeople(server)
    if (chosen.length === 0) await takeStory(browser, server)
    await putHistory(server)
    await takeConsole(browser, server)
  })
  if (chosen.length === 0) await takeGallery(browser)
} finally {
  await browser.close()
}
