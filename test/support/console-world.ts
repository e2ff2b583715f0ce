// A server with something to see on every page of the console.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { MYWEBAPP, obtainCode, redeem, SECRET, signedInBrowser, webapp } from './oauth-client.ts'
import type { StoredApp } from './stored-app.ts'
import { startStoredApp } from './stored-app.ts'
import { startTestServer } from './test-app.ts'

const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

/** Who and what is on the server of {@link startConsoleWorld}. */
export const WORLD = { user: 'ann', client: 'mywebapp', configuration: 'mine' } as const

/** Users with and without a second factor, clients, a configuration with a webhook, sessions, a grant, events. */
export async function startConsoleWorld(): Promise<StoredApp> {
  const app = await startStoredApp({}, startTestServer)
  const put = async (path: string, body: unknown): Promise<void> =>
    assert.equal((await app.rest('PUT', path, body)).status, 201, path)
  await put('/User/ann', {
    userName: 'ann@example.org',
    email: 'ann@example.org',
    name: { givenName: 'Ann', familyName: 'Example' },
    password: 'password-of-ann',
    twoFactor: { enabled: true, secretKey: KEY },
  })
  await put('/User/bob', { email: 'bob@example.org', inactive: true })
  await put('/Client/mywebapp', { ...MYWEBAPP, secret: SECRET, name: 'My web app' })
  await put('/Client/partner', { ...webapp({}, { first_party: false }), secret: SECRET, name: 'A partner' })
  await put('/AuthConfig/mine', {
    theme: { title: 'Sign in here', brand: 'Example' },
    twoFactor: {
      issuerName: 'Example',
      webhook: { endpoint: 'http://127.0.0.1:9/codes', headers: { Authorization: 'Bearer x' } },
    },
  })
  await redeem(app, await obtainCode(app, {}, await signedInBrowser(app, 'ann')))
  await allowPartner(app)
  await redeem(app, 'no-such-code')
  await app.rest('POST', '/AuthConfig/mine/$test-webhook', {})
  return app
}

/** Ann allows the partner something, on the page that asks her. */
async function allowPartner(app: StoredApp): Promise<void> {
  const browser = await signedInBrowser(app, 'ann')
  const question = new URLSearchParams({ client_id: 'partner', response_type: 'code', scope: 'openid' })
  const asked = await browser.visit(`/auth/authorize?${question}`)
  assert.equal((await browser.submit(asked, { decision: 'allow' })).status, 303)
}

/** An address of each page of the console, as the list of its pages has them, with what is in the world filled in. */
export function consoleAddresses(): readonly string[] {
  const list = readFileSync(new URL('../../console/src/pages.ts', import.meta.url), 'utf8')
  const paths = [...list.matchAll(/'(\/console[^']*)'/g)].map(([, path = '']) => path)
  return paths.map((path) =>
    path
      .replace(/(?<=users\/):id$/, WORLD.user)
      .replace(/(?<=clients\/):id$/, WORLD.client)
      .replace(/(?<=configuration\/):id$/, WORLD.configuration)
      .replace(/:flow$/, 'code'),
  )
}
