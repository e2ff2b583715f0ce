import type { Browser, BrowserContextOptions, Page } from 'playwright-core'

export interface WatchedPage {
  readonly page: Page
  /** What the browser complained of: refused by the policy, failed to load, scripts that threw. */
  readonly complaints: readonly string[]
  /** Every URL it asked for outside the allowed origins. */
  readonly outside: readonly string[]
  close(): Promise<void>
}

/** An answer of 4xx is meant by the page that gives it; everything else in the console is not. */
const MEANT = /^Failed to load resource: the server responded with a status of 4/

/** A new browser profile whose complaints and requests are written down. */
export async function openWatchedPage(
  browser: Browser,
  origins: readonly string[],
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  const outside: string[] = []
  page.on('console', (message) => {
    if (!MEANT.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('request', (request) => {
    if (!origins.includes(new URL(request.url()).origin)) outside.push(request.url())
  })
  return { page, complaints, outside, close: () => context.close() }
}
