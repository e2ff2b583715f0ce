import type { Page } from 'playwright-core'

export interface ConsolePicture {
  readonly name: string
  readonly path: string
  /** Brings the page into the state worth looking at. */
  readonly prepare?: (page: Page) => Promise<void>
}

const runFlow = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: 'Run all' }).click()
  await page
    .locator('.run-bar')
    .getByRole('status')
    .filter({ hasText: /Every step passed|failed/ })
    .waitFor()
}

const sendExample = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: /^Send/ }).click()
  await page.locator('.answer .badge').first().waitFor()
}

/** Every page of the console (console/src/pages.ts), in a state that shows what it is for. */
export const CONSOLE_PICTURES: readonly ConsolePicture[] = [
  { name: 'start', path: '/console' },
  { name: 'sandbox', path: '/console/sandbox' },
  { name: 'sandbox-flow', path: '/console/sandbox/code', prepare: runFlow },
  { name: 'users', path: '/console/users' },
  { name: 'user-new', path: '/console/users/new' },
  { name: 'user', path: '/console/users/ann' },
  { name: 'clients', path: '/console/clients' },
  { name: 'client-new', path: '/console/clients/new' },
  { name: 'client', path: '/console/clients/mywebapp' },
  { name: 'configurations', path: '/console/configuration' },
  { name: 'configuration-new', path: '/console/configuration/new' },
  { name: 'configuration', path: '/console/configuration/main' },
  { name: 'sessions', path: '/console/sessions' },
  { name: 'grants', path: '/console/grants' },
  { name: 'audit', path: '/console/audit' },
  { name: 'webhook', path: '/console/webhook' },
  { name: 'keys', path: '/console/keys' },
  { name: 'signed-in', path: '/console/signed-in' },
  // NOTE: the last, since what it sends is in force from then on.
  { name: 'rest', path: '/console/rest?example=two-factor-the-policy', prepare: sendExample },
]
