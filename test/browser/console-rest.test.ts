// The REST console as people use it: the examples of the page the project began with, typed and pasted.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import type { OpenConsole } from '../support/console.ts'
import { openConsole, pasteInto } from '../support/console.ts'
import { SEED_AUTH_CONFIG, SEED_CLIENT, SEED_USER } from '../support/seed.ts'
import { occurs, showsTexts } from '../support/shown.ts'

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

describe('while one types', () => {
  test('attributes and allowed values are offered, and chosen by keyboard alone', async () => {
    const { page, complaints } = await openRest()
    await pasteInto(page, 'Requests', 'PUT Client/typed\n\n')
    await page.keyboard.type('first')
    await page.getByRole('option', { name: /^first_party/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Control+Space')
    await page.getByRole('option', { name: 'true' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Requests' }).getByText('first_party: true').waitFor()
    assert.equal(await send(page), '201 Created')
    assert.deepEqual(complaints, [])
  })

  test('an unknown attribute and a wrong value are marked, and say what is right', async () => {
    const { page } = await openRest()
    await pasteInto(page, 'Requests', 'PUT Client/x\n\nfirstParty: true\ngrant_types: [cod]\n')
    const marked = page.locator('.cm-lintRange-warning')
    await marked.nth(1).waitFor()
    await showsTexts(marked, ['firstParty', 'cod'])
    await page.keyboard.press('ControlOrMeta+Home')
    await page.keyboard.press('F8')
    await page.getByText('unknown attribute firstParty; is first_party meant?').first().waitFor()
    assert.deepEqual(await axeViolations(page), [])
  })
})

describe('what is not the server’s alone', () => {
  test('an example opens by its address, and what was typed comes back after a reload, without secrets', async () => {
    const { app, page } = await openRest()
    await page.goto(`${app.url}/console/rest?example=two-factor-a-user`)
    const editor = page.getByRole('textbox', { name: 'Requests' })
    await editor.getByText('password: password').waitFor()
    assert.equal(await send(page), '201 Created')
    await page.getByRole('button', { name: 'History' }).click()
    await page.getByRole('link', { name: 'PUT /User/my-user' }).waitFor()
    await page.reload()
    await editor.getByText('password: "***"').waitFor()
    await occurs(editor.getByText('PUT /User/my-user'), 1)
    await page.getByRole('button', { name: /^Send/ }).click()
    await page.getByText('Nothing was sent: a secret was masked').waitFor()
  })

  test('a snippet is kept by its title, opened below what is there, and deleted', async () => {
    const { app, page } = await openRest()
    await pasteInto(page, 'Requests', 'GET /Client\n')
    await page.getByRole('button', { name: 'Snippets' }).click()
    await page.getByLabel('Title').fill('All clients')
    await page.getByLabel('Collection (optional)').fill('Daily')
    await page.getByRole('button', { name: 'Keep as snippet' }).click()
    await page.getByText('Kept.', { exact: true }).waitFor()
    await pasteInto(page, 'Requests', 'GET /User\n')
    await page.getByRole('link', { name: 'All clients' }).click()
    const editor = page.getByRole('textbox', { name: 'Requests' })
    await editor.getByText('GET /Client').waitFor()
    await occurs(editor.getByText('GET /User'), 1)
    assert.deepEqual(await axeViolations(page), [])
    await page.getByRole('button', { name: 'Delete All clients' }).click()
    await page.getByText('There are none yet.').waitFor()
    const left = await app.rest('GET', '/ui_snippet?_total=accurate')
    assert.equal(((await left.json()) as { total: number }).total, 0)
  })
})

describe('nothing typed is lost', () => {
  const typed = `PUT /User/my-user\n${SEED_USER}`

  test('when the network is gone, and the same request goes through when it is back', async () => {
    const { page, context } = await openRest()
    await pasteInto(page, 'Requests', typed)
    await context.setOffline(true)
    await page.getByRole('button', { name: /^Send/ }).click()
    await page.locator('.answer').getByText('The server cannot be reached.').waitFor()
    await page.locator('.connection').getByText('What you typed is still here').waitFor()
    await context.setOffline(false)
    assert.equal(await send(page), '201 Created')
  })

  test('when the session ended, and the same request goes through after signing in again', async () => {
    const { app, page, context } = await openRest()
    await pasteInto(page, 'Requests', typed)
    const cookies = await context.cookies()
    await context.clearCookies()
    assert.equal(await send(page), '401 Unauthorized')
    await page.locator('.connection').getByText('Your session ended.').waitFor()
    assert.equal((await app.rest('GET', '/User/my-user')).status, 404)
    await context.addCookies(cookies)
    assert.equal(await send(page), '201 Created')
  })
})

test('resources full of markup and a string of 900 kB are shown inert, and the page goes on answering', async () => {
  const { app, page, complaints } = await openRest()
  const markup = '<script>document.title="run"</script><img src=x onerror="document.title=1"><b>bold</b>'
  const long = { displayName: markup, title: 'x'.repeat(900_000) }
  assert.equal((await app.rest('PUT', '/User/long', long)).status, 201)
  await pasteInto(page, 'Requests', 'GET /User/long\n')
  assert.equal(await send(page), '200 OK')
  const body = page.getByRole('textbox', { name: 'Body of the answer' })
  await body.getByText('<b>bold</b>').waitFor()
  await body.getByText('(900,000 characters)').waitFor()
  assert.equal(await page.title(), 'REST console · Countersign')
  for (const button of ['YAML', 'Show all', 'JSON', 'Show less']) {
    await page.getByRole('button', { name: button, exact: true }).click({ timeout: 10_000 })
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  }
  await occurs(page.locator('img, b'), 0)
  assert.deepEqual(complaints, [])
})
