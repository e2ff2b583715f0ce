import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { launchChromium } from '../support/chromium.ts'
import { basic } from '../support/oauth-client.ts'
import { listenHttp } from '../support/servers.ts'
import { ROOT_SECRET, startTestServer } from '../support/test-app.ts'

let browser: Browser
before(async () => {
  browser = await launchChromium()
})
after(() => browser?.close())

test('a registered page reads token answers and resources by fetch, another only what is public, neither with cookies', async () => {
  const server = await startTestServer()
  const port = await listenHttp((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<title>The app</title>')
  })
  const allowed_origins = [`http://localhost:${port}`]
  assert.ok((await server.rest('PUT', '/Client/spa', { allowed_origins })).ok)
  const rootAuthorization = basic('root', ROOT_SECRET).authorization
  const toldTo = async (host: string) => {
    const page = await browser.newPage()
    await page.goto(`http://${host}:${port}`)
    const told = await page.evaluate(
      async ({ url, authorization }) => {
        const read = (request: Promise<Response>) =>
          request.then(
            async (response) => `${response.status} ${response.headers.get('x-request-id')?.length}`,
            () => 'blocked',
          )
        const json = { 'content-type': 'application/json' }
        const metadata = await (await fetch(`${url}/.well-known/openid-configuration`)).json()
        return {
          issuer: metadata.issuer,
          token: await read(
            fetch(metadata.token_endpoint, {
              method: 'POST',
              headers: { ...json, authorization: 'Basic eDp5' },
              body: JSON.stringify({ grant_type: 'authorization_code', code: 'x' }),
            }),
          ),
          resource: await read(fetch(`${url}/User/admin`, { headers: { authorization } })),
          write: await read(
            fetch(`${url}/User/made-by-a-script`, {
              method: 'PUT',
              headers: { ...json, authorization, 'if-none-match': '*' },
              body: '{}',
            }),
          ),
          withCookies: await read(fetch(metadata.userinfo_endpoint, { credentials: 'include' })),
          page: await read(fetch(`${url}/auth/login`)),
        }
      },
      { url: server.url, authorization: rootAuthorization },
    )
    await page.close()
    return told
  }
  const never = { withCookies: 'blocked', page: 'blocked', issuer: server.url }
  assert.deepEqual(await toldTo('127.0.0.1'), {
    ...never,
    token: 'blocked',
    resource: 'blocked',
    write: 'blocked',
  })
  assert.equal((await server.rest('GET', '/User/made-by-a-script')).status, 404)
  assert.deepEqual(await toldTo('localhost'), {
    ...never,
    token: '401 32',
    resource: '200 32',
    write: '201 32',
  })
})
