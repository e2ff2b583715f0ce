// The sandbox of the console as people use it: flows played by buttons alone, on a server of their own.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { axeViolations, launchChromium } from '../support/chromium.ts'
import type { OpenConsole } from '../support/console.ts'
import { openConsole } from '../support/console.ts'
import { MYWEBAPP, SECRET } from '../support/oauth-client.ts'
import { hasAttribute, occurs, showsText } from '../support/shown.ts'

const STEP_MILLISECONDS = 30_000
const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

let browser: Browser
before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())

/** The authenticator in the page goes by the browser's clock, which therefore begins with the server's. */
const openFlow = async (flow: string, options?: Parameters<typeof openConsole>[1]): Promise<OpenConsole> => {
  const console = await openConsole(browser, options)
  await console.page.clock.install({ time: console.app.clock.now() })
  await console.open(`/console/sandbox/${flow}`, 'Sandbox')
  return console
}

const runAll = (page: Page): Promise<void> =>
  page.getByRole('button', { name: /^Run (?:all|the rest)$/ }).click()

const outcome = async (page: Page): Promise<string> => {
  const status = page.locator('.run-bar').getByRole('status')
  await status.filter({ hasText: /Every step passed|failed/ }).waitFor()
  return status.innerText()
}

/** Lets the next time step begin, for the server and for the page that waits for it. */
const nextTimeStep = async ({ app, page }: OpenConsole): Promise<void> => {
  await page.getByText(/^The next code comes in/).waitFor()
  app.clock.advance(STEP_MILLISECONDS)
  await page.clock.fastForward(STEP_MILLISECONDS)
}

/** NOTE: Chromium complains that the clock of the test may not run in the frames, where nothing may. */
const complaintsOf = (complaints: readonly string[]): readonly string[] =>
  complaints.filter((line) => !line.startsWith("Blocked script execution in 'about:srcdoc'"))

const step = (page: Page, id: string) => page.locator(`[data-step="${id}"]`)

const choose = async (page: Page, fields: Readonly<Record<string, string>>): Promise<void> => {
  await page.getByRole('radio', { name: 'Those that exist' }).check()
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value)
}

describe('the sandbox', () => {
  test('plays the whole two-factor story, with the authenticator beside the steps', async () => {
    const opened = await openFlow('two-factor')
    const { app, page, context, complaints } = opened
    const before = await context.cookies()
    await runAll(page)
    await nextTimeStep(opened)
    await nextTimeStep(opened)
    assert.equal(await outcome(page), 'Every step passed.')
    const uses = await page.locator('.uses li').allInnerTexts()
    assert.deepEqual(
      uses.map((use) => use.replace(/^.*[AP]M\s+/, '')),
      ['turned on', 'signed in', 'turned off'],
    )
    await showsText(step(page, 'redeem'), /Tokens are issued/)
    assert.deepEqual(await context.cookies(), before, 'one’s own session is untouched')
    for (const summary of await page.locator('[data-step="enrol"] summary').all()) await summary.click()
    const enrolment = page.frameLocator('[data-step="enrol"] iframe')
    await enrolment.getByRole('img', { name: /QR/ }).waitFor()
    assert.deepEqual(await axeViolations(page), [])
    assert.deepEqual(complaintsOf(complaints), [])
    const user = await page.locator('.facts code').last().innerText()
    assert.equal((await app.rest('GET', `/User/${user}`)).status, 200)
    await page.getByRole('button', { name: /^Remove what was made/ }).click()
    await page.getByRole('button', { name: /^Remove what was made/ }).waitFor({ state: 'detached' })
    assert.ok([404, 410].includes((await app.rest('GET', `/User/${user}`)).status))
  })

  test('plays the code flow with PKCE and tells why each check passed', async () => {
    const { page, complaints } = await openFlow('code-pkce')
    await runAll(page)
    assert.equal(await outcome(page), 'Every step passed.')
    await showsText(step(page, 'answer'), /state is the one that was sent\. It is "/)
    await showsText(step(page, 'thief'), /The code is refused with another verifier/)
    await showsText(step(page, 'check'), /The key \S+ of \S+jwks\.json verifies it/)
    await step(page, 'redeem').getByText('id_token', { exact: true }).click()
    await showsText(step(page, 'redeem'), /"aud": "trial-public-/)
    assert.deepEqual(await axeViolations(page), [])
    assert.deepEqual(complaintsOf(complaints), [])
  })

  test('has the address of the same sign-in for a private window', async () => {
    const { page, app } = await openFlow('code-pkce')
    for (const name of ['Authorization code with PKCE', 'Implicit']) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.getByRole('button', { name: 'Next step' }).click()
      await step(page, 'prepare').getByText('passed', { exact: true }).waitFor()
      const href = await page.getByRole('link', { name: /^\/auth\/login/ }).getAttribute('href')
      const visit = await app.person().visit(href ?? '')
      assert.equal(visit.status, 200, name)
      assert.match(visit.body, /Application of a trial/, name)
    }
  })

  test('hides secrets until one wants to see them', async () => {
    const { page } = await openFlow('code')
    await runAll(page)
    assert.equal(await outcome(page), 'Every step passed.')
    const password = step(page, 'password')
    await password.locator('summary').first().click()
    await showsText(password, /"password": "••••••"/)
    await page.getByRole('button', { name: 'Show secrets' }).click()
    await showsText(password, /"password": "[\w-]{43}"/)
    await showsText(password, /curl -i -X POST 'http:\/\/localhost:\d+\/auth\/login'/)
  })

  test('plays every other flow', async () => {
    const { page, complaints } = await openFlow('implicit')
    for (const name of [
      'Implicit',
      'Password',
      'Client credentials',
      'Token exchange',
      'Refresh',
      'Introspection and revocation',
      'Logout',
    ]) {
      await page.getByRole('link', { name, exact: true }).click()
      await page.getByRole('heading', { level: 2, name, exact: true }).waitFor()
      await runAll(page)
      assert.equal(await outcome(page), 'Every step passed.', name)
    }
    assert.deepEqual(complaintsOf(complaints), [])
  })

  test('runs step by step, keeps what was done on other pages, and starts over', async () => {
    const { page } = await openFlow('client-credentials')
    await page.getByRole('button', { name: 'Next step' }).click()
    await step(page, 'prepare').getByText('passed', { exact: true }).waitFor()
    await hasAttribute(step(page, 'tokens'), 'data-status', 'waiting')
    await page.getByRole('link', { name: 'Start', exact: true }).click()
    await page.getByRole('link', { name: 'Sandbox', exact: true }).click()
    await page.getByRole('link', { name: 'Client credentials', exact: true }).click()
    await hasAttribute(step(page, 'prepare'), 'data-status', 'passed')
    await page.getByRole('button', { name: 'Start over' }).click()
    await hasAttribute(step(page, 'prepare'), 'data-status', 'waiting')
  })

  test('leaves the focus where it is, for who runs step after step by keyboard', async () => {
    const { page } = await openFlow('client-credentials')
    const next = page.getByRole('button', { name: 'Next step' })
    await next.focus()
    await page.keyboard.press('Enter')
    await step(page, 'prepare').getByText('passed', { exact: true }).waitFor()
    await page.keyboard.press('Enter')
    await step(page, 'tokens').getByText('passed', { exact: true }).waitFor()
  })

  test('tells why a client that exists is refused', async () => {
    const { app, page } = await openFlow('code')
    await app.addUser({ id: 'ann' })
    await app.rest('PUT', '/User/ann', { password: 'password-of-ann' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    await choose(page, {
      Client: 'mywebapp',
      'Secret of the client': 'not-the-secret',
      User: 'ann',
      'Password of the user': 'password-of-ann',
    })
    await runAll(page)
    assert.equal(await outcome(page), '“The code becomes tokens” failed.')
    await showsText(step(page, 'redeem'), /failed[\s\S]*Answered 401, invalid_client/)
  })

  test('asks for the code of a user whose key it does not hold, and takes the key', async () => {
    const { app, page } = await openFlow('password')
    await app.rest('PUT', '/Client/native', {
      secret: SECRET,
      first_party: true,
      grant_types: ['password'],
      auth: { password: { secret_required: true } },
    })
    await app.rest('PUT', '/User/ann', {
      password: 'password-of-ann',
      twoFactor: { enabled: true, secretKey: KEY },
    })
    await choose(page, {
      Client: 'native',
      'Secret of the client': SECRET,
      User: 'ann',
      'Password of the user': 'password-of-ann',
    })
    await runAll(page)
    await page.getByLabel('The code of the user’s authenticator').fill('000000')
    await page.getByRole('button', { name: 'Go on' }).click()
    assert.equal(await outcome(page), '“Name and password become tokens” failed.')
    await page.getByText('Give it a key of yours').click()
    await page.getByLabel(/^Key or otpauth/).fill('no key')
    await page.getByRole('button', { name: 'Take the key' }).click()
    await page.getByText('This is neither an otpauth:// address nor a Base32 key.').waitFor()
    await page.getByLabel(/^Key or otpauth/).fill(KEY)
    await page.getByRole('button', { name: 'Take the key' }).click()
    await runAll(page)
    assert.equal(await outcome(page), 'Every step passed.')
  })

  test('answers the question of an application that is not first-party', async () => {
    const { app, page } = await openFlow('code')
    await app.rest('PUT', '/User/ann', { password: 'password-of-ann' })
    await app.addClient('partner', { ...MYWEBAPP, first_party: false }, SECRET)
    await choose(page, {
      Client: 'partner',
      'Secret of the client': SECRET,
      User: 'ann',
      'Password of the user': 'password-of-ann',
    })
    await runAll(page)
    assert.equal(await outcome(page), 'Every step passed.')
    await showsText(step(page, 'answer'), /The person is asked/)
  })

  test('goes on after the session of the administrator ended, with what was done so far', async () => {
    const { context, page } = await openFlow('client-credentials')
    await page.getByRole('button', { name: 'Next step' }).click()
    await step(page, 'prepare').getByText('passed', { exact: true }).waitFor()
    const cookies = await context.cookies()
    await context.clearCookies()
    await runAll(page)
    assert.equal(await outcome(page), '“The client gets a token” failed.')
    await page.getByText('Your session ended.').waitFor()
    await context.addCookies(cookies)
    await runAll(page)
    await page.getByText('Every step passed.').waitFor()
  })

  test('shows an answer full of markup and 900 kB as text, cut until one wants all of it', async () => {
    const { app, page, complaints } = await openFlow('code')
    const attack = '<img src=x onerror=document.title=1><script>document.title=1</script>'
    await app.rest('PUT', '/User/ann', { password: 'password-of-ann', displayName: attack })
    const details = { long: `${attack}${'x'.repeat(900_000)}` }
    await app.addClient('mywebapp', { details, ...MYWEBAPP, name: attack }, SECRET)
    await choose(page, {
      Client: 'mywebapp',
      'Secret of the client': SECRET,
      User: 'ann',
      'Password of the user': 'password-of-ann',
    })
    await runAll(page)
    assert.equal(await outcome(page), 'Every step passed.')
    const prepared = step(page, 'prepare')
    await prepared.locator('summary').filter({ hasText: '/Client/mywebapp' }).click()
    await prepared.getByText(attack).first().waitFor()
    await prepared.getByRole('button', { name: /^Show all 90\d,\d{3} characters$/ }).waitFor()
    await occurs(page.locator('main img, main script'), 0)
    assert.equal(await page.title(), 'Authorization code · Sandbox · Countersign')
    assert.deepEqual(complaintsOf(complaints), [])
  })

  test('offers to remove what was made by a tab that was closed', async () => {
    const { app, page, open } = await openFlow('client-credentials')
    await page.getByRole('button', { name: 'Next step' }).click()
    await step(page, 'prepare').getByText('passed', { exact: true }).waitFor()
    const client = await page.locator('.facts code').innerText()
    await open('/console/sandbox/code', 'Sandbox')
    await page.getByRole('button', { name: 'Remove what was made (1)' }).click()
    await page.getByRole('button', { name: /^Remove what was made/ }).waitFor({ state: 'detached' })
    assert.ok([404, 410].includes((await app.rest('GET', `/Client/${client}`)).status))
  })

  test('is usable at 320 pixels in the dark, without scrolling sideways', async () => {
    const { page } = await openFlow('client-credentials', {
      viewport: { width: 320, height: 640 },
      colorScheme: 'dark',
    })
    await runAll(page)
    assert.equal(await outcome(page), 'Every step passed.')
    for (const summary of await page.locator('.exchange > summary').all()) await summary.click()
    const { scroll, width } = (await page.evaluate(
      '({ scroll: document.documentElement.scrollWidth, width: innerWidth })',
    )) as { readonly scroll: number; readonly width: number }
    assert.ok(scroll <= width, `${scroll} > ${width}`)
    assert.deepEqual(await axeViolations(page), [])
  })
})
