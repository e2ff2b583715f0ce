// What a page shows a moment after what a person did to it: each waits until it is so, and fails with what it saw last.
import assert, { AssertionError } from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import type { Locator } from 'playwright-core'

const POLL_MS = 5
/** NOTE: others may have the processor meanwhile. */
const PATIENCE_MS = 60_000

export const showsText = (shown: Locator, text: RegExp): Promise<void> =>
  untilItHolds(async () => assert.match(await shown.innerText(), text))

export const showsTexts = (shown: Locator, texts: readonly string[]): Promise<void> =>
  untilItHolds(async () => assert.deepEqual(await shown.allInnerTexts(), texts))

export const hasValue = (field: Locator, value: string): Promise<void> =>
  untilItHolds(async () => assert.equal(await field.inputValue(), value))

export const hasAttribute = (element: Locator, name: string, value: string): Promise<void> =>
  untilItHolds(async () => assert.equal(await element.getAttribute(name), value))

export const isHidden = (element: Locator): Promise<void> =>
  untilItHolds(async () => assert.equal(await element.isVisible(), false))

export const occurs = (element: Locator, times: number): Promise<void> =>
  untilItHolds(async () => assert.equal(await element.count(), times))

async function untilItHolds(assertion: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await assertion()
    } catch (error) {
      if (!(error instanceof AssertionError) || performance.now() > deadline) throw error
    }
    await wait(POLL_MS)
  }
}
