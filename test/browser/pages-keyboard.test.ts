import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { DEFAULT_THEME } from '../../src/html/theme.ts'
import { launchChromium } from '../support/chromium.ts'
import { gallery, KEY, OTP_URI } from '../support/page-gallery.ts'
import type { PageServer } from '../support/page-server.ts'
import { servePages } from '../support/page-server.ts'

let browser: Browser
let server: PageServer
before(async () => {
  browser = await launchChromium()
  server = await servePages(gallery({ ...DEFAULT_THEME, forgotPasswordUrl: 'https://example.com/forgot' }))
})
after(async () => {
  await browser?.close()
  await server?.[Symbol.asyncDispose]()
})

const open = async (name: string, javaScriptEnabled: boolean): Promise<Page> => {
  const page = await browser.newPage({ javaScriptEnabled })
  await page.goto(`${server.origin}/${name}`)
  // NOTE: a browser gives the focus with the first frame, which may come after the load event.
  const focused = page.locator('[autofocus]')
  if ((await focused.count()) > 0) await page.locator('[autofocus]:focus').waitFor()
  return page
}

const posted = async (page: Page): Promise<Record<string, string>> => {
  await page.waitForURL(/\/(post|resend)$/)
  return Object.fromEntries(new URLSearchParams((await page.locator('body').textContent()) ?? ''))
}

const FOCUSED = `(() => {
  const it = document.activeElement
  return it.name || it.textContent.trim()
})()`

const tabStops = async (page: Page, count: number): Promise<readonly string[]> => {
  const stops: string[] = []
  for (let stop = 0; stop < count; stop += 1) {
    stops.push(await page.evaluate<string>(FOCUSED))
    await page.keyboard.press('Tab')
  }
  return stops
}

test('a person logs in by keyboard alone, without JavaScript', async () => {
  const page = await open('sign-in', false)
  await page.keyboard.type('my-user')
  await page.keyboard.press('Tab')
  await page.keyboard.type('pass word')
  await page.keyboard.press('Enter')
  assert.deepEqual(await posted(page), {
    csrf: 'csrf-token',
    request: 'a-request',
    username: 'my-user',
    password: 'pass word',
  })
  await page.close()
})

test('the code field takes spaces, is large enough for pasting, and Enter continues', async () => {
  const page = await open('code-failed', false)
  await page.keyboard.insertText(' 123 456 (my code)')
  await page.keyboard.press('Enter')
  assert.deepEqual(await posted(page), {
    csrf: 'csrf-token',
    request: 'a-request',
    token: ' 123 456 (my code)',
  })
  await page.close()
})

test('resending is a form of its own that needs no code', async () => {
  const page = await open('code-failed', false)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  assert.deepEqual(await posted(page), { csrf: 'csrf-token', request: 'a-request' })
  await page.close()
})

test('Allow and Deny post their decision', async () => {
  for (const [label, decision] of [
    ['Allow', 'allow'],
    ['Deny', 'deny'],
  ] as const) {
    const page = await open('consent', false)
    await page.getByRole('button', { name: label }).press('Enter')
    assert.equal((await posted(page)).decision, decision)
    await page.close()
  }
})

test('ticking the box posts end_other_sessions, not ticking posts nothing', async () => {
  for (const isTicked of [true, false]) {
    const page = await open('enable', false)
    await page.getByLabel('Authentication code').fill('000000')
    if (isTicked) await page.getByLabel('Sign out everywhere else').press('Space')
    await page.getByLabel('Authentication code').press('Enter')
    assert.equal((await posted(page)).end_other_sessions, isTicked ? 'true' : undefined)
    await page.close()
  }
})

const TAB_ORDER = {
  'sign-in': ['username', 'password', 'Log in', 'Forgot your password?'],
  'code-failed': ['token', 'Continue', 'Resend code', 'Use another account'],
  disable: ['token', 'end_other_sessions', 'Disable two-factor', 'Cancel'],
  'confirm-password': ['password', 'Continue', 'Cancel'],
}
for (const [name, order] of Object.entries(TAB_ORDER))
  test(`the tab key walks down ${name} from the field that has the focus`, async () => {
    const page = await open(name, true)
    assert.deepEqual(await tabStops(page, order.length), order)
    await page.close()
  })

test('the focus is visible on everything that takes it', async () => {
  const page = await open('enable', true)
  for (let stop = 0; stop < 5; stop += 1) {
    await page.keyboard.press('Tab')
    const outline = await page.evaluate<string>(
      `(({ outlineStyle, outlineWidth }) => outlineStyle + ' ' + outlineWidth)(getComputedStyle(document.activeElement))`,
    )
    assert.match(outline, /^solid [23]px$/, await page.evaluate<string>(FOCUSED))
  }
  await page.close()
})

test('after a failure the field to correct has the focus and names what is wrong', async () => {
  const failures = [
    ['sign-in-failed', 'password', 'Wrong username or password. my-user'],
    ['code-wrong', 'token', 'Wrong code. my-user'],
  ] as const
  for (const [name, fieldName, message] of failures) {
    const page = await open(name, true)
    assert.equal(await page.evaluate<string>(FOCUSED), fieldName)
    const told = await page.evaluate<string>(
      `document.getElementById(document.activeElement.getAttribute('aria-describedby').split(' ')[0]).textContent`,
    )
    assert.equal(told, message)
    assert.equal(await page.getByRole('alert').textContent(), message)
    assert.match(await page.title(), /^Error: /)
    await page.close()
  }
})

test('password managers and phones are told what each field is', async () => {
  const page = await open('sign-in', true)
  assert.equal(await page.getByLabel('Username or Email').getAttribute('autocomplete'), 'username')
  assert.equal(await page.getByLabel('Password').getAttribute('autocomplete'), 'current-password')
  assert.equal(await page.getByLabel('Password').getAttribute('type'), 'password')
  await page.goto(`${server.origin}/code`)
  const code = page.getByLabel('Authentication code')
  assert.equal(await code.getAttribute('autocomplete'), 'one-time-code')
  assert.equal(await code.getAttribute('inputmode'), 'numeric')
  assert.equal(await code.getAttribute('maxlength'), null)
  await page.close()
})

test('the key stands on the page in groups of four, and as a link for phones', async () => {
  const page = await open('enable', true)
  const groups = ((await page.locator('.cs-key').textContent()) ?? '').trim().split(/\s+/)
  assert.ok(groups.every((group) => group.length === 4))
  assert.equal(groups.join(''), KEY)
  assert.equal(
    await page.getByRole('link', { name: 'Open in your authenticator app' }).getAttribute('href'),
    OTP_URI,
  )
  await page.close()
})
