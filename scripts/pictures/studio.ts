import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'

export const SCHEMES = ['light', 'dark'] as const
export const WIDTHS = [1200, 320] as const

export interface Shot {
  readonly scheme: (typeof SCHEMES)[number]
  readonly width: number
  readonly bytes: Buffer
}

/** What is below is cut off: a page may be long. */
const HIGHEST = { 1200: 1000, 320: 1100 } as const
const LOWEST = 640
const QUALITY = 72

/** In the repository, named in the documentation. */
export const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url))
/** All of them at full size, to be looked at; not kept. */
export const ALL_PICTURES = fileURLToPath(new URL('../../pictures/', import.meta.url))

export const write = (file: string, bytes: Buffer): void => {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, bytes)
}

/** What the page shows now, as WebP: a quarter of a PNG. */
const capture = async (page: Page): Promise<Buffer> => {
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY })
  await session.detach()
  return Buffer.from(data, 'base64')
}

/** The whole of a page as it is now, up to a height, in a width and a scheme of colours. */
export const shoot = async (
  page: Page,
  width: number,
  scheme: (typeof SCHEMES)[number],
  highest: number = HIGHEST[width === 320 ? 320 : 1200],
): Promise<Shot> => {
  await page.emulateMedia({ colorScheme: scheme })
  await page.setViewportSize({ width, height: LOWEST })
  const height = await page.evaluate<number>('document.documentElement.scrollHeight')
  await page.setViewportSize({ width, height: Math.min(Math.max(height, LOWEST), highest) })
  // NOTE: once more, since what is as high as the window is another height now.
  await page.evaluate('scrollTo(0, 0)')
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  return { scheme, width, bytes: await capture(page) }
}

/** Narrow and wide, light and dark; each is written at full size as well. */
export const shootAll = async (page: Page, name: string): Promise<readonly Shot[]> => {
  const shots: Shot[] = []
  for (const scheme of SCHEMES)
    for (const width of WIDTHS) {
      const shot = await shoot(page, width, scheme)
      write(`${ALL_PICTURES}${name}-${width}-${scheme}.webp`, shot.bytes)
      shots.push(shot)
    }
  return shots
}

export const newPage = async (browser: Browser, deviceScaleFactor = 1): Promise<Page> =>
  browser.newPage({
    viewport: { width: 1200, height: LOWEST },
    deviceScaleFactor,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
  })

const SHEET_STYLE = `
  html { background: #8c919c }
  body { margin: 0; padding: 12px; display: grid; gap: 12px; align-items: start }
  img { display: block; width: 100%; border-radius: 4px }
`

/** Several shots on one picture. */
export const sheet = async (
  browser: Browser,
  file: string,
  shots: readonly Shot[],
  columns: string,
  width: number,
): Promise<void> => {
  const page = await newPage(browser)
  const images = shots
    .map(({ bytes }) => `<img alt="" src="data:image/webp;base64,${bytes.toString('base64')}">`)
    .join('')
  await page.setViewportSize({ width, height: 100 })
  await page.setContent(`<style>${SHEET_STYLE} body { grid-template-columns: ${columns} }</style>${images}`)
  const height = await page.evaluate<number>('document.documentElement.scrollHeight')
  await page.setViewportSize({ width, height })
  write(file, await capture(page))
  await page.close()
}

/** Wide and narrow beside each other, light and dark. */
export const sheetOfPage = (browser: Browser, name: string, shots: readonly Shot[]): Promise<void> =>
  sheet(browser, `${IMAGES}${name}.webp`, shots, '660fr 176fr 660fr 176fr', 1720)
