import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { listenHttp } from '../support/servers.ts'
import { startTestServer } from '../support/test-app.ts'

let browser: Browser
before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())

test('a page of another origin reads metadata and token answers by fetch, but nothing with cookies', async () => {
  const server = await startTestServer()
  const port = await listenHttp((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<title>The app</title>')
  })
  const page = await browser.newPage()
  await page.goto(`http://localhost:${port}`)
  const told = await page.evaluate(async (url) => {
    const json = async (response: Response) => (await response.json()) as Readonly<Record<string, string>>
    const metadata = await json(await fetch(`${url}/.well-known/openid-configuration`))
    const refused = await fetch(String(metadata.token_endpoint), {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Basic eDp5' },
      body: JSON.stringify({ grant_type: 'authorization_code', code: 'x' }),
    })
    const blocked = (request: Promise<Response>) =>
      request.then(
        () => 'read',
        () => 'blocked',
      )
    return {
      issuer: metadata.issuer,
      error: (await json(refused)).error,
      requestId: refused.headers.get('x-request-id'),
      withCookies: await blocked(fetch(String(metadata.userinfo_endpoint), { credentials: 'include' })),
      resource: await blocked(fetch(`${url}/User/admin`)),
    }
  }, server.url)
  await page.close()
  assert.match(told.requestId ?? '', /^[0-9a-f]{32}$/)
  assert.deepEqual(
    { ...told, requestId: undefined },
    {
      issuer: server.url,
      error: 'invalid_client',
      requestId: undefined,
      withCookies: 'blocked',
      resource: 'blocked',
    },
  )
})
