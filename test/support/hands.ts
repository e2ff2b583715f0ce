import type { Locator, Page } from 'playwright-core'

/** How a person uses a page. */
export interface Hands {
  /** Fills in the field with this label. */
  fill(page: Page, label: string, value: string): Promise<void>
  /** Uses the button or link with this name. */
  use(page: Page, role: 'button' | 'link', name: string): Promise<void>
  /** Sends the form whose fields were filled in, by its button or by Enter. */
  send(page: Page, button: string): Promise<void>
}

export const MOUSE: Hands = {
  fill: (page, label, value) => page.getByLabel(label).fill(value),
  use: (page, role, name) => page.getByRole(role, { name }).click(),
  send: (page, button) => page.getByRole('button', { name: button }).click(),
}

/** Tab, characters and Enter, as they come from a keyboard; nothing else touches the page. */
export const KEYBOARD: Hands = {
  fill: async (page, label, value) => {
    await tabTo(page, page.getByLabel(label))
    await page.keyboard.type(value)
  },
  use: async (page, role, name) => {
    await tabTo(page, page.getByRole(role, { name }))
    await page.keyboard.press('Enter')
  },
  send: (page) => page.keyboard.press('Enter'),
}

/** More than any page has stops. */
const MOST_STOPS = 15

const tabTo = async (page: Page, target: Locator): Promise<void> => {
  await autofocusGiven(page)
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the tab key does not reach ${target} on ${page.url()}`)
}

/** NOTE: a browser gives the focus with the first frame, which may come after the load event. */
const autofocusGiven = async (page: Page): Promise<void> => {
  if ((await page.locator('[autofocus]').count()) === 0) return
  if ((await page.locator(':focus').count()) === 0) await page.locator('[autofocus]:focus').waitFor()
}
