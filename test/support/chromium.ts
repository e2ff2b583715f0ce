import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { findChromium, mustBeFound } from './tools.ts'

/** What axe found wrong with a page, short enough to read in a failed assertion. */
export interface AxeViolation {
  readonly id: string
  readonly help: string
  readonly elements: readonly string[]
}

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts a headless Chromium with an empty profile; one per test file is enough, with a context per test. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: mustBeFound(findChromium(), 'Chromium'),
    headless: true,
    // NOTE: Chromium's sandbox does not work for root, nor in most containers; it only meets our own pages here.
    chromiumSandbox: false,
    args: FLAGS,
  })
}

/** Checks the page as it is now against WCAG 2.2 A and AA and axe's best practices. The page must run scripts. */
export async function axeViolations(page: Page): Promise<readonly AxeViolation[]> {
  await page.evaluate(axe.source)
  const found = await page.evaluate<readonly AxeViolation[]>(`axe.run().then(({ violations }) =>
    violations.map(({ id, help, nodes }) => ({ id, help, elements: nodes.map((node) => node.html) })))`)
  return found
}
