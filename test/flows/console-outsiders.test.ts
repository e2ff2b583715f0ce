// Who is no administrator finds, calls and guesses nothing of the console, however the request is written.
import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { basic, postToken, SECRET, signedInBrowser } from '../support/oauth-client.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'

const PAGES = [
  '/console',
  '/console/',
  '/console/rest',
  '/console/users/ann',
  '/console/index.html',
  '/console/icon.svg',
  '/console/.built-from',
  '/console/assets',
  '/console/assets/index.js',
  '/console/assets/..%2findex.html',
  '/console/assets/%2e%2e/index.html',
  '/console/assets/../index.html',
  '/console/../console',
  '/console/preview/sign-in',
  '/console/preview/%73ign-in?title=x',
  '/console/exchange',
  '/%63onsole',
  '/%63onsole/rest',
  '/console%2frest',
  '/console;x=1',
  '/console/rest?x=1',
]

/** Written in other ways the address is none of the console's. */
const NONE = ['/CONSOLE', '/Console/rest', '//console', '/fhir/console', '/auth/console', '/console.html']

const RESOURCES = [
  '/AuditEvent',
  '/AuditEvent/x',
  '/AuditEvent?_count=1',
  '/fhir/AuditEvent',
  '/SigningKey',
  '/fhir/SigningKey',
  '/Session',
  '/Grant',
  '/User',
  '/User/admin',
  '/%55ser/admin',
  '/Client',
  '/Client/root',
  '/AuthConfig',
  '/ui_history',
  '/ui_snippet',
]

const CALLS: readonly (readonly [method: string, path: string, body: unknown])[] = [
  ['POST', '/console/exchange', { method: 'GET', path: '/User/admin' }],
  ['POST', '/console/%65xchange', { method: 'GET', path: '/User/admin' }],
  ['POST', '/SigningKey/$rotate', { how: 'forget' }],
  ['POST', '/SigningKey/%24rotate', { how: 'forget' }],
  ['POST', '/fhir/SigningKey/$rotate', { how: 'forget' }],
  ['POST', '/User/admin/$reset-two-factor', { reason: 'because' }],
  ['POST', '/fhir/User/admin/$reset-two-factor', { reason: 'because' }],
  ['POST', '/AuthConfig/mine/$test-webhook', {}],
  ['DELETE', '/User/admin/$sessions', undefined],
  ['POST', '/AuditEvent/_search', undefined],
  ['PUT', '/User/admin', { password: 'taken-over-password' }],
  ['PATCH', '/User/admin', { inactive: true }],
  ['PUT', '/AuthConfig/mine', {}],
  ['PUT', '/Client/mine', { grant_types: ['basic'] }],
  ['POST', '/ui_snippet', { title: 'x', command: 'GET /User' }],
  [
    'POST',
    '/',
    { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: '/AuditEvent' } }] },
  ],
]

/** What only the console and its answers hold. */
const TRACES = /id="console"|script-src|"kid"|Countersign console|passwordHash|\$argon2/

describe('of the console', () => {
  let app: StoredApp
  let callers: ReadonlyMap<string, Readonly<Record<string, string>>>
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'ann' })
    await app.addClient('machine', { grant_types: ['client_credentials', 'basic'] }, SECRET)
    const ann = await signedInBrowser(app, 'ann')
    const session = { cookie: `ASID=${ann.cookies.get('ASID')}`, 'sec-fetch-site': 'same-origin' }
    const { body } = await postToken(app, { grant_type: 'client_credentials' }, basic('machine', SECRET))
    callers = new Map<string, Readonly<Record<string, string>>>([
      ['nobody', {}],
      ['nobody in a browser', { accept: 'text/html', 'sec-fetch-site': 'same-origin' }],
      ['an ordinary user', { ...session, accept: 'text/html' }],
      ['an ordinary user, by script', { ...session, accept: 'application/json', origin: app.url }],
      ['a client without full access', { authorization: `Bearer ${body.access_token}` }],
      ['a client with its secret', basic('machine', SECRET)],
      ['who guesses the root client', basic('root', 'root')],
    ])
  })

  const ask = async (caller: string, method: string, path: string, body?: unknown) => {
    const answer = await app.fetch(
      new Request(`${app.url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...callers.get(caller),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    )
    const text = await answer.text()
    const what = `${caller}: ${method} ${path} → ${answer.status}`
    assert.doesNotMatch(text, TRACES, what)
    assert.doesNotMatch(answer.headers.get('content-security-policy') ?? '', /script-src/, what)
    return { status: answer.status, headers: answer.headers, text, what }
  }

  /** Who has no session may be asked for one. */
  const isRefusal = (status: number, caller: string, method: string): boolean =>
    [401, 403, 404, 405].includes(status) ||
    (status === 303 && !caller.startsWith('an ordinary') && ['GET', 'HEAD'].includes(method))

  test('nobody else is shown a page or a file, by whatever method', async () => {
    for (const caller of callers.keys())
      for (const path of [...PAGES, ...NONE])
        for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND']) {
          const { status, headers, text, what } = await ask(caller, method, path)
          // NOTE: a preflight is answered to everybody who may ask at all; it tells nothing.
          assert.ok(isRefusal(status, caller, method) || (method === 'OPTIONS' && status === 204), what)
          if (method === 'HEAD') assert.equal(text, '', what)
          if (status === 303) assert.match(headers.get('location') ?? '', /^\/auth\/login\?/, what)
        }
  })

  test('an ordinary user is told the same as of an address that never was', async () => {
    const caller = 'an ordinary user'
    const comparable = ({ status, headers, text }: Awaited<ReturnType<typeof ask>>) => [
      status,
      text.replace(/Request <code>\w+/, ''),
      [...headers].filter(([name]) => !/request-id|nonce/.test(name)),
    ]
    const never = comparable(await ask(caller, 'GET', '/console-that-never-was'))
    for (const path of PAGES.filter((page) => page !== '/console/exchange'))
      assert.deepEqual(comparable(await ask(caller, 'GET', path)), never, path)
  })

  test('nobody else reads what it shows or does what it does', async () => {
    for (const caller of callers.keys()) {
      for (const path of RESOURCES)
        for (const method of ['GET', 'HEAD']) {
          const { status, what } = await ask(caller, method, path)
          assert.ok([401, 403, 404].includes(status), what)
        }
      for (const [method, path, body] of CALLS) {
        const { status, text, what } = await ask(caller, method, path, body)
        // NOTE: a batch answers each of its requests by itself.
        const isRefused =
          path === '/' && status === 200 ? /"status":"40[134]/.test(text) : isRefusal(status, caller, method)
        assert.ok(isRefused, `${what} ${text}`)
      }
    }
    const keys = (await (await app.rest('GET', '/SigningKey')).json()) as { readonly total: number }
    assert.equal(keys.total, 1)
    assert.equal((await app.rest('GET', '/Client/mine')).status, 404)
  })
})
