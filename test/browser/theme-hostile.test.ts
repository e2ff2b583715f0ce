import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import type { TestApp } from '../support/test-app.ts'
import { startTestServer } from '../support/test-app.ts'
import { openWatchedPage } from '../support/watched-page.ts'

let browser: Browser
let server: TestApp
before(async () => {
  browser = await launchChromium()
  server = await startTestServer()
})
after(() => browser?.close())

const putTheme = (theme: Record<string, string>): Promise<Response> =>
  server.rest('PUT', '/AuthConfig/theme', { theme })

const REFUSED: readonly (readonly [string, string])[] = [
  ['styleUrl', 'javascript:alert(1)'],
  ['styleUrl', 'JaVaScRiPt:alert(1)'],
  ['styleUrl', 'data:text/css,*{display:none}'],
  ['styleUrl', '//elsewhere.example/a.css'],
  ['styleUrl', 'http://elsewhere.example/a.css'],
  ['styleUrl', 'https://user:pass@elsewhere.example/a.css'],
  ['styleUrl', 'https://elsewhere.example/"><script>alert(1)</script>'],
  ['styleUrl', "https://elsewhere.example/a.css' onload='alert(1)\u00a0"],
  ['styleUrl', 'https://*/a.css'],
  ['styleUrl', 'https://*.example/a.css'],
  ['styleUrl', 'https://elsewhere.example;form-action/a.css'],
  ['styleUrl', 'https://elsewhere.example,script-src/a.css'],
  ['styleUrl', '/\\elsewhere.example/a.css'],
  ['styleUrl', `https://elsewhere.example/${'a'.repeat(100_000)}`],
  ['brand', 'data:text/html,<script>alert(1)</script>'],
  ['brand', 'https://elsewhere.example;form-action/logo.png'],
  ['brand', 'x'.repeat(100_000)],
  ['title', 'x'.repeat(100_000)],
  ['title', 'two\nlines'],
  ['title', ''],
  ['forgotPasswordUrl', 'javascript:alert(1)'],
  ['forgotPasswordUrl', 'data:text/html,<script>alert(1)</script>'],
  ['forgotPasswordUrl', '//elsewhere.example'],
]

for (const [attribute, value] of REFUSED)
  test(`${attribute} ${value.slice(0, 60).replace('\n', ' ')} is refused by name and changes nothing`, async () => {
    const before = await (await server.rest('GET', '/AuthConfig/theme')).text()
    const answer = await putTheme({ [attribute]: value })
    assert.equal(answer.status, 422)
    const { issue } = (await answer.json()) as { issue: readonly { expression?: readonly string[] }[] }
    assert.deepEqual(issue[0]?.expression, [`AuthConfig.theme.${attribute}`])
    const after = await (await server.rest('GET', '/AuthConfig/theme')).text()
    if (before.includes('"theme"')) assert.equal(after, before)
  })

const WORDS = [
  `"><script>document.title = 'owned'</script><img src=x onerror=alert(1)>`,
  `' autofocus onfocus='alert(1)' </title></head><body><iframe src="https://elsewhere.example">`,
  `</h1></main></body></html><meta http-equiv="refresh" content="0;url=https://elsewhere.example">`,
  '&lt;script&gt; &#60;img&#62; <!-- ]]> <style>*{display:none}</style> \u202eturned',
]
const SHAPE = `[...document.querySelectorAll('*')].map((it) => it.localName + ' ' + it.getAttributeNames())`

test('markup in title and brand is shown as the words it is, on every face of the server', async () => {
  const watched = await openWatchedPage(browser, [server.url])
  const { page } = watched
  page.on('dialog', () => assert.fail('a script ran'))
  const shapes = async (word: string): Promise<readonly unknown[]> => {
    assert.ok((await putTheme({ title: word, brand: `${word}.` })).ok)
    const found: unknown[] = []
    for (const path of ['/auth/login', '/auth/logout', '/auth/nowhere']) {
      await page.goto(server.url + path)
      assert.ok((await page.title()).endsWith(` · ${word}`), word)
      assert.equal(await page.locator('.cs-brand').textContent(), `${word}.`)
      found.push(await page.evaluate(SHAPE))
    }
    return found
  }
  const harmless = await shapes('harmless')
  for (const word of WORDS) assert.deepEqual(await shapes(word), harmless, word)
  assert.deepEqual(watched.complaints, [])
  assert.deepEqual(watched.outside, [])
  await watched.close()
})

test('a drawing with a script in it is an image and nothing more', async () => {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="alert(1)"><script>alert(2)</script></svg>`
  assert.ok((await putTheme({ title: 'x', brand: `data:image/svg+xml;base64,${btoa(drawing)}` })).ok)
  const watched = await openWatchedPage(browser, [server.url])
  watched.page.on('dialog', () => assert.fail('a script ran'))
  await watched.page.goto(`${server.url}/auth/login`)
  await watched.page.getByRole('img', { name: 'x' }).waitFor()
  assert.equal(await watched.page.evaluate(`document.querySelector('img').naturalWidth`), 9)
  assert.deepEqual(watched.complaints, [])
  await watched.close()
})

test('the policy names the origin of the stylesheet and nothing else of it', async () => {
  assert.ok(
    (await putTheme({ styleUrl: "https://cdn.example:8443/a;script-src'unsafe-inline',*.css?a=*" })).ok,
  )
  const { headers } = await server.fetch(
    new Request(`${server.url}/auth/login`, { headers: { accept: 'text/html' } }),
  )
  assert.equal(
    headers.get('content-security-policy'),
    "default-src 'none'; style-src 'self' https://cdn.example:8443; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  )
})
