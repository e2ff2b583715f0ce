import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import type { Theme } from '../../src/html/theme.ts'
import { launchChromium } from '../support/chromium.ts'
import { gallery } from '../support/page-gallery.ts'
import { servePages } from '../support/page-server.ts'

let browser: Browser
before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())

const THEME: Theme = {
  title: 'Sign in to my-app',
  brand: { kind: 'text', text: 'my-app' },
  styleUrl: '/theme.css',
  forgotPasswordUrl: 'https://my-app.example.com/forgot',
}

const HOSTILE = [
  `' autofocus onfocus='alert(1)' </title></head><body><iframe src="https://evil.example">`,
  `"><script>document.title = 'owned'</script><img src=x onerror=alert(1)></textarea><svg onload=alert(1)>`,
  '&lt;b&gt; &#60;script&#62; ${1} {{1}} <style>*{display:none}</style> \u202E\u2066\u0000\uFFFE <!-- ]]>',
]

/** Every element with the names of its attributes, in document order. */
const SHAPE = `[...document.querySelectorAll('*')].map((it) => it.localName + ' ' + it.getAttributeNames().join(' '))`

test('the title, the brand and the styles of the operator are on every page', async () => {
  const css = ':root { --cs-accent: #663399 } .cs-heading { color: #663399 }'
  await using server = await servePages(
    gallery(THEME),
    new Map([['/theme.css', { type: 'text/css', bytes: css }]]),
  )
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await browser.newPage({ colorScheme, reducedMotion: 'reduce' })
    for (const name of gallery(THEME).keys()) {
      await page.goto(`${server.origin}/${name}`)
      assert.match(await page.title(), / · Sign in to my-app$/)
      assert.equal(await page.locator('.cs-brand').textContent(), 'my-app')
      const colour = await page.evaluate(`getComputedStyle(document.querySelector('h1')).color`)
      assert.equal(colour, 'rgb(102, 51, 153)', `${name}, ${colorScheme}`)
    }
    await page.goto(`${server.origin}/sign-in`)
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Sign in to my-app')
    const accent = `getComputedStyle(document.querySelector('.cs-button-primary')).backgroundColor`
    assert.equal(await page.evaluate(accent), 'rgb(102, 51, 153)')
    const forgot = page.getByRole('link', { name: 'Forgot your password?' })
    assert.equal(await forgot.getAttribute('href'), 'https://my-app.example.com/forgot')
    await page.close()
  }
})

test('a brand image carries the title as its text and keeps its place while it loads', async () => {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="900" height="300"><rect width="900" height="300"/></svg>'
  const theme: Theme = { ...THEME, styleUrl: undefined, brand: { kind: 'image', url: '/brand.svg' } }
  await using server = await servePages(
    gallery(theme),
    new Map([['/brand.svg', { type: 'image/svg+xml', bytes: svg }]]),
  )
  const page = await browser.newPage({ viewport: { width: 320, height: 600 } })
  await page.goto(`${server.origin}/code`)
  const box = await page.getByRole('img', { name: 'Sign in to my-app' }).boundingBox()
  assert.equal(box?.height, 40)
  assert.ok((box?.width ?? 999) <= 296)
  await page.close()
})

test('hostile words are shown as they are: no element, no attribute, no request more than with harmless ones', async () => {
  const page = await browser.newPage()
  const outside: string[] = []
  const shapes = async (word: string): Promise<ReadonlyMap<string, readonly string[]>> => {
    const theme: Theme = {
      title: word,
      brand: { kind: 'image', url: `/x${word}` },
      styleUrl: `/y${word}`,
      forgotPasswordUrl: `/z${word}`,
    }
    await using server = await servePages(gallery(theme, word))
    page.removeAllListeners('request')
    page.on('request', (request) => {
      if (!request.url().startsWith(server.origin)) outside.push(request.url())
    })
    const found = new Map<string, readonly string[]>()
    for (const name of gallery(theme, word).keys()) {
      await page.goto(`${server.origin}/${name}`)
      found.set(name, await page.evaluate<string[]>(SHAPE))
      assert.notEqual(await page.title(), 'owned')
    }
    return found
  }
  const harmless = await shapes('harmless')
  for (const word of HOSTILE) assert.deepEqual(await shapes(word), harmless, word)
  assert.deepEqual(outside, [])
  await page.close()
})

test('a name that turns the writing direction turns only itself', async () => {
  await using server = await servePages(gallery({ ...THEME, styleUrl: undefined }, '\u202Ereversed'))
  const page = await browser.newPage()
  await page.goto(`${server.origin}/consent-scopes`)
  const isolated = await page.evaluate<string[]>(
    `[...document.querySelectorAll('bdi')].map((it) => getComputedStyle(it).unicodeBidi)`,
  )
  assert.equal(isolated.length, 10)
  assert.ok(isolated.every((value) => value === 'isolate'))
  await page.close()
})
