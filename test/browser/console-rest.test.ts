// The REST console as people use it: the examples of the page the project began with, typed and pasted.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import type { OpenConsole } from '../support/console.ts'
import { openConsole, pasteInto } from '../support/console.ts'
import { SEED_AUTH_CONFIG, SEED_CLIENT, SEED_USER } from '../support/seed.ts'

/** As they stand in the page: no headers, the first without a slash, blanks at the ends of lines. */
const EXAMPLES = [
  `PUT AuthConfig/myconfig\n${SEED_AUTH_CONFIG}`,
  `PUT /Client/mywebapp\n${SEED_CLIENT}`,
  `PUT /User/my-user\n${SEED_USER}`,
]

let browser: Browser
before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())

const openRest = async (options?: Parameters<typeof openConsole>[1]): Promise<OpenConsole> => {
  const console = await openConsole(browser, options)
  await console.open('/console/rest', 'REST console')
  return console
}

const answer = async (page: Page, number = 0): Promise<string> => {
  const status = page.locator('.answer').nth(number).locator('.badge')
  await status.waitFor()
  return status.innerText()
}

const send = async (page: Page): Promise<string> => {
  await page.getByRole('button', { name: /^Send/ }).click()
  return answer(page)
}

describe('the examples of the page the project began with', () => {
  test('pasted one after the other are created, and replaced when they are sent again', async () => {
    const { page, complaints } = await openRest()
    for (const example of EXAMPLES) {
      await pasteInto(page, 'Requests', example)
      assert.equal(await send(page), '201 Created', example)
      assert.equal(await send(page), '200 OK', example)
    }
    assert.deepEqual(complaints, [])
  })

  test('typed key by key is created by Ctrl-Enter', async () => {
    const { page } = await openRest()
    const editor = page.getByRole('textbox', { name: 'Requests' })
    await editor.click()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(EXAMPLES[0] ?? '')
    await page.keyboard.press('ControlOrMeta+Enter')
    assert.equal(await answer(page), '201 Created')
  })

  test('in one document run one by one', async () => {
    const { page } = await openRest()
    await pasteInto(page, 'Requests', EXAMPLES.join('\n'))
    await page.getByRole('button', { name: 'Run all' }).click()
    for (const number of [0, 1, 2]) assert.equal(await answer(page, number), '201 Created')
    assert.deepEqual(await axeViolations(page), [])
  })
})
