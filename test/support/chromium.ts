import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { chromium } from 'playwright-core'
import { atEnd } from './endings.ts'
import { findChromium, findOnPath, mustBeFound } from './tools.ts'

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

/** NOTE: other test files and other people's work may have the processor; a page that never comes still fails by name. */
const PATIENCE_MS = 120_000

/**
 * Starts a headless Chromium with an empty profile; one per test file is enough, with a context per test. It trusts the
 * authority whose certificate is in `caFile` beside those of the world.
 */
export async function launchChromium(caFile?: string): Promise<Browser> {
  const browser = await chromium.launch({
    ...(caFile === undefined ? {} : { env: { ...process.env, HOME: homeThatTrusts(caFile) } }),
    executablePath: mustBeFound(findChromium(), 'Chromium'),
    headless: true,
    // NOTE: Chromium's sandbox does not work for root, nor in most containers; it only meets our own pages here.
    chromiumSandbox: false,
    args: FLAGS,
    timeout: PATIENCE_MS,
  })
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS))
  return browser
}

/** A home directory whose certificate store, which Chromium reads, holds this one. */
function homeThatTrusts(caFile: string): string {
  const home = mkdtempSync(join(tmpdir(), 'countersign-chromium-'))
  atEnd(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }))
  const store = join(home, '.pki/nssdb')
  mkdirSync(store, { recursive: true })
  const words = ['-d', `sql:${store}`, '-A', '-n', 'tests', '-t', 'C,,', '-i', caFile]
  execFileSync(mustBeFound(findOnPath('certutil'), 'certutil'), words, { stdio: 'pipe' })
  return home
}

/**
 * Checks the page as it is now against WCAG 2.2 A and AA and axe's best practices, or against some rules alone. The page
 * must run scripts.
 */
export async function axeViolations(page: Page, rules?: readonly string[]): Promise<readonly AxeViolation[]> {
  if (!(await page.evaluate("typeof axe === 'object'"))) await page.evaluate(axe.source)
  const options = rules === undefined ? {} : { runOnly: { type: 'rule', values: rules } }
  const found = await page.evaluate<
    readonly AxeViolation[]
  >(`axe.run(${JSON.stringify(options)}).then(({ violations }) =>
    violations.map(({ id, help, nodes }) => ({ id, help, elements: nodes.map((node) => node.html) })))`)
  return found
}
