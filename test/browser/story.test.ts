import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { startStory, tellStory } from '../support/browser-story.ts'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import type { Hands } from '../support/hands.ts'
import { KEYBOARD, MOUSE } from '../support/hands.ts'
import { startTestServer } from '../support/test-app.ts'
import { openWatchedPage } from '../support/watched-page.ts'

let browser: Browser
before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())

/** Every page that the story leads to, in every state. */
const PAGES = [
  ...['sign-in', 'sign-in-failed', 'sign-in-client', 'enable', 'enable-wrong', 'two-factor-enabled'],
  ...['sign-out', 'code', 'code-wrong', 'consent', 'signed-in', 'two-factor-on', 'disable'],
  ...['two-factor-disabled', 'not-found'],
]

const SCROLLS_SIDEWAYS = 'document.documentElement.scrollWidth > innerWidth'

const tell = async (
  options: BrowserContextOptions,
  hands: Hands,
  look: (page: Page, name: string) => Promise<void> = async () => {},
): Promise<void> => {
  const server = await startTestServer()
  const apps = await startStory(server)
  const watched = await openWatchedPage(browser, [server.url, apps.redirectUri], options)
  const seen = new Set<string>()
  await tellStory({
    server,
    apps,
    hands,
    page: watched.page,
    look: async (page, name) => {
      seen.add(name)
      await look(page, name)
    },
  })
  assert.deepEqual([...seen].toSorted(), PAGES.toSorted())
  assert.deepEqual(watched.complaints, [])
  assert.deepEqual(watched.outside, [])
  await watched.close()
}

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [320, 1280])
    test(`from a new user to two factors and back, every page accessible: ${colorScheme}, ${width} px`, () =>
      tell({ colorScheme, viewport: { width, height: 700 } }, MOUSE, async (page, name) => {
        assert.deepEqual(await axeViolations(page), [], name)
        assert.equal(await page.evaluate(SCROLLS_SIDEWAYS), false, name)
      }))

test('from a new user to two factors and back by keyboard alone', () => tell({}, KEYBOARD))

test('from a new user to two factors and back without JavaScript', () =>
  tell({ javaScriptEnabled: false }, MOUSE))
