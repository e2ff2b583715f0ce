import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { DEFAULT_THEME } from '../../src/html/theme.ts'
import { decodeQr } from '../support/authenticator.ts'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import { gallery, OTP_URI } from '../support/page-gallery.ts'
import type { PageServer } from '../support/page-server.ts'
import { servePages } from '../support/page-server.ts'

const THEME = { ...DEFAULT_THEME, forgotPasswordUrl: 'https://example.com/forgot' }
const SCHEMES = ['light', 'dark'] as const
const WIDTHS = [320, 375, 1280] as const

let browser: Browser
let server: PageServer
before(async () => {
  browser = await launchChromium()
  server = await servePages(gallery(THEME))
})
after(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

/** What axe does not say: boxes wider than the window, things too small to hit, parts that moved while loading. */
const FAULTS_OF_LAYOUT = `(() => {
  const faults = []
  if (document.documentElement.scrollWidth > innerWidth) faults.push('scrolls sideways')
  for (const element of document.querySelectorAll('a, button, input:not([type=hidden]):not([hidden])')) {
    const { width, height, right } = element.getBoundingClientRect()
    const least = element.matches('.cs-button, .cs-input, .cs-menu-item') ? 44 : element.matches('[type=checkbox]') ? 20 : 24
    if (height < least || width < 20 || right > innerWidth) faults.push(element.outerHTML + ' is ' + width + ' by ' + height)
  }
  return new Promise((resolve) => {
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries()) faults.push('moved by ' + value)
    }).observe({ type: 'layout-shift', buffered: true })
    setTimeout(() => resolve(faults), 0)
  })
})()`

const visit = async (page: Page, name: string): Promise<readonly string[]> => {
  const complaints: string[] = []
  const listener = (message: { text(): string }): number => complaints.push(message.text())
  page.on('console', listener)
  await page.goto(`${server.origin}/${name}`)
  const layout = await page.evaluate<string[]>(FAULTS_OF_LAYOUT)
  page.off('console', listener)
  return [...complaints, ...layout]
}

for (const colorScheme of SCHEMES)
  for (const width of WIDTHS)
    test(`every page is accessible, fits and keeps its policy: ${colorScheme}, ${width} px`, async () => {
      const context = await browser.newContext({
        colorScheme,
        reducedMotion: 'reduce',
        viewport: { width, height: 700 },
      })
      const page = await context.newPage()
      for (const name of gallery(THEME).keys()) {
        assert.deepEqual(await visit(page, name), [], name)
        if (width !== 375) assert.deepEqual(await axeViolations(page), [], name)
      }
      await context.close()
    })

test('very long words wrap at 320 px instead of widening the page', async () => {
  const word = 'w'.repeat(300)
  await using long = await servePages(gallery({ ...THEME, title: word }, word))
  const page = await browser.newPage({ viewport: { width: 320, height: 700 } })
  for (const name of gallery(THEME).keys()) {
    await page.goto(`${long.origin}/${name}`)
    assert.deepEqual(await page.evaluate<string[]>(FAULTS_OF_LAYOUT), [], name)
  }
  await page.close()
})

test('the QR code is read from a screenshot in both themes, narrow and wide, and in forced colors', async () => {
  const looks = [
    { colorScheme: 'light', width: 1280, forcedColors: 'none' },
    { colorScheme: 'light', width: 320, forcedColors: 'none' },
    { colorScheme: 'dark', width: 320, forcedColors: 'none' },
    { colorScheme: 'dark', width: 1280, forcedColors: 'active' },
  ] as const
  for (const { width, ...look } of looks) {
    const page = await browser.newPage({ ...look, viewport: { width, height: 700 } })
    await page.goto(`${server.origin}/enable`)
    const picture = await page.screenshot({ fullPage: true })
    assert.equal(await decodeQr(picture), OTP_URI, `${look.colorScheme} ${width} ${look.forcedColors}`)
    const side = `document.querySelector('.cs-qr svg').getBoundingClientRect().width`
    assert.ok((await page.evaluate<number>(side)) >= 200)
    await page.close()
  }
})

test('the QR code stays in its card in a narrow window with text of twice the size', async () => {
  const page = await browser.newPage({ viewport: { width: 440, height: 700 } })
  await page.goto(`${server.origin}/enable`)
  await page.evaluate(`document.documentElement.style.fontSize = '200%'`)
  const [plate, code, height, card] = await page.evaluate<readonly number[]>(`(() => {
    const box = (selector) => document.querySelector(selector).getBoundingClientRect()
    const { width, height, right } = box('.cs-qr svg')
    return [box('.cs-qr').right, right, height / width, box('.cs-step').right]
  })()`)
  assert.ok((plate ?? NaN) <= (card ?? NaN) && (code ?? NaN) < (plate ?? NaN), `${code} ${plate} ${card}`)
  assert.equal(height, 1)
  await page.close()
})

test('in forced colors a field that is wrong has a thicker border', async () => {
  const page = await browser.newPage({ forcedColors: 'active' })
  const borders: string[] = []
  for (const name of ['code', 'code-wrong']) {
    await page.goto(`${server.origin}/${name}`)
    borders.push(await page.evaluate(`getComputedStyle(document.querySelector('.cs-input')).borderTopWidth`))
  }
  assert.deepEqual(borders, ['1px', '3px'])
  await page.close()
})

test('dark and light differ in more than the setting', async () => {
  const colours = new Set<string>()
  for (const colorScheme of SCHEMES) {
    const page = await browser.newPage({ colorScheme })
    await page.goto(`${server.origin}/sign-in`)
    colours.add(await page.evaluate(`getComputedStyle(document.querySelector('.cs-card')).backgroundColor`))
    await page.close()
  }
  assert.equal(colours.size, 2)
})

test('the browser asks for nothing but the page, one stylesheet and the icon', async () => {
  const asked: string[] = []
  const page = await browser.newPage()
  page.on('request', (request) => asked.push(request.url().replace(server.origin, '')))
  await page.goto(`${server.origin}/enable`, { waitUntil: 'networkidle' })
  for (const path of asked) assert.match(path, /^\/(enable|auth\/assets\/[0-9a-f]{16}\.(css|svg))$/)
  assert.ok(asked.some((path) => path.endsWith('.css')))
  await page.close()
})
