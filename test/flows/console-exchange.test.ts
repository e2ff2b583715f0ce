import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { basic, MYWEBAPP, SECRET, signedInBrowser } from '../support/oauth-client.ts'
import type { Person } from '../support/person.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'
import { ROOT_SECRET } from '../support/test-app.ts'

interface Told {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
  readonly milliseconds: number
}

const PATH = '/console/exchange'
const HEALTH = { method: 'GET', path: '/health' }

describe('POST /console/exchange: requests that an administrator has sent in the name of a trial', () => {
  let app: StoredApp
  let administrator: Person
  before(async () => {
    app = await startStoredApp()
    await app.addUser({ id: 'ann' })
    await app.addClient('mywebapp', MYWEBAPP, SECRET)
    administrator = await signedInBrowser(app, 'admin')
  })

  const post = (person: Person, body: unknown, headers: Readonly<Record<string, string>> = {}) =>
    person.send(PATH, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'sec-fetch-site': 'same-origin',
        ...headers,
      },
    })
  const exchange = async (body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Told> => {
    const visit = await post(administrator, body, headers)
    assert.equal(visit.status, 200, visit.body)
    return JSON.parse(visit.body) as Told
  }
  const refusal = async (body: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const { status, body: text } = await post(administrator, body, headers)
    return [status, (JSON.parse(text) as { readonly error_description: string }).error_description] as const
  }
  const header = (told: Told, name: string): readonly string[] =>
    told.headers.filter(([given]) => given === name).map(([, value]) => value)

  test('the whole answer is told: status, Location, each Set-Cookie, body and time', async () => {
    const login = await exchange({
      method: 'POST',
      path: '/auth/login',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ username: 'admin', password: 'admin-password-of-the-tests' }),
    })
    assert.equal(login.status, 200)
    assert.deepEqual(JSON.parse(login.body), { redirect: 'http://localhost:8080/' })
    const cookies = header(login, 'set-cookie')
    assert.ok(cookies.some((cookie) => /^ASID=.+HttpOnly/.test(cookie)) && cookies.length >= 3)
    assert.equal(typeof login.milliseconds, 'number')
    const gone = await exchange({ method: 'GET', path: '/auth/two-factor', headers: { accept: 'text/html' } })
    assert.equal(gone.status, 303)
    assert.deepEqual(header(gone, 'location'), ['/auth/login?redirect_to=L2F1dGgvdHdvLWZhY3Rvcg%3D%3D'])
    const head = await exchange({ method: 'HEAD', path: '/health' })
    assert.deepEqual([head.status, head.body], [200, ''])
  })

  test('neither the cookie nor the credentials that it came with are sent on', async () => {
    assert.equal((await exchange({ method: 'GET', path: '/User/admin' })).status, 401)
    assert.equal((await exchange({ method: 'GET', path: '/auth/userinfo' })).status, 401)
    const asRoot = await app.rest('POST', PATH, { method: 'GET', path: '/User/admin' })
    assert.equal(((await asRoot.json()) as Told).status, 401)
    const session = administrator.cookies.get('ASID')
    assert.ok(session !== undefined)
    const told = await exchange({
      method: 'GET',
      path: '/auth/userinfo',
      headers: { cookie: `ASID=${session}` },
    })
    assert.equal(told.status, 200, 'what the body names is sent')
  })

  test('the root client can use it without a browser, as every program', async () => {
    const headers = { ...basic('root', ROOT_SECRET), 'content-type': 'application/json' }
    const request = { method: 'POST', headers, body: JSON.stringify(HEALTH) }
    const answered = await app.fetch(new Request(`${app.url}${PATH}`, request))
    assert.equal(((await answered.json()) as Told).status, 200)
  })

  test('nobody else can: not nobody, not another user, not another client', async () => {
    assert.equal((await post(app.person(), HEALTH)).status, 401)
    const ann = await signedInBrowser(app, 'ann')
    assert.equal((await post(ann, HEALTH)).status, 404)
    assert.equal((await post(app.person(), HEALTH, basic('mywebapp', SECRET))).status, 401)
    assert.equal((await post(app.person(), HEALTH, { authorization: 'Bearer x' })).status, 401)
  })

  test('another site cannot have it sent by the cookie of an administrator', async () => {
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'none' },
      { origin: 'https://evil.test' },
    ])
      assert.equal((await post(administrator, HEALTH, headers)).status, 403, JSON.stringify(headers))
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml'])
      assert.equal((await post(administrator, HEALTH, { 'content-type': type })).status, 415, type)
  })

  test('it reaches no other host, and no address that the wire would not', async () => {
    for (const path of [
      'https://evil.test/',
      'evil.test/',
      '@evil.test/',
      '',
      '/health#x',
      '/health HTTP/1.1\r\nHost: evil.test',
      '/\u00e9',
      7,
    ])
      assert.equal((await refusal({ method: 'GET', path }))[0], 400, String(path))
    for (const path of [
      '//evil.test/',
      '/\\evil.test/',
      '/auth/../health',
      '/auth/%2e%2e/health',
      '/auth%2Flogin',
    ])
      assert.equal((await exchange({ method: 'GET', path })).status, 404, path)
  })

  test('a header can neither end its line nor say what only the connection and proxies say', async () => {
    for (const headers of [
      { accept: 'a\r\nX-Evil: 1' },
      { accept: 'a\nb' },
      { 'X-A\r\nX-B': '1' },
      { 'X A': '1' },
      { '': '1' },
      { accept: ' a' },
      { accept: '\u00e9' },
      { accept: 7 },
      { accept: ['a'] },
      { Cookie: 'a=1', cookie: 'b=2' },
      ...[
        'Host',
        'X-Forwarded-For',
        'X-Forwarded-Host',
        'X-Forwarded-Proto',
        'Forwarded',
        'X-Real-IP',
        'Via',
      ].map((name) => ({ [name]: 'evil.test' })),
      ...['Content-Length', 'Transfer-Encoding', 'Connection', 'Expect', 'Upgrade', 'Accept-Encoding'].map(
        (name) => ({ [name]: '1' }),
      ),
    ]) {
      const [status, message] = await refusal({ ...HEALTH, headers })
      assert.equal(status, 400, JSON.stringify(headers))
      assert.match(message, /^headers\./)
    }
  })

  test('what is no request is refused by name', async () => {
    for (const [body, name] of [
      [{ ...HEALTH, method: 'TRACE' }, 'method'],
      [{ ...HEALTH, method: 'get' }, 'method'],
      [{ path: '/health' }, 'method'],
      [{ ...HEALTH, body: 'x' }, 'body'],
      [{ ...HEALTH, method: 'POST', body: { a: 1 } }, 'body'],
      [{ ...HEALTH, headers: [] }, 'headers'],
      [{ ...HEALTH, host: 'evil.test' }, 'host'],
      [{ ...HEALTH, headers: { 'x-long': 'x'.repeat(17_000) } }, 'headers'],
      ['[]', 'the body'],
    ] as const) {
      const [status, message] = await refusal(body)
      assert.equal(status, 400, JSON.stringify(body).slice(0, 80))
      assert.ok(message.startsWith(name), message)
    }
    assert.equal((await post(administrator, 'x'.repeat(1_100_000))).status, 413)
  })

  test('it cannot call itself, also not under another spelling', async () => {
    const inner = JSON.stringify(HEALTH)
    const headers = { ...basic('root', ROOT_SECRET), 'content-type': 'application/json' }
    for (const path of [PATH, '/console/exchang%65', `${PATH}?x=1`]) {
      const told = await exchange({ method: 'POST', path, headers, body: inner })
      assert.equal(told.status, 403, path)
    }
  })

  test('sizes are limited as on the wire', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const told = await exchange({
      method: 'POST',
      path: '/auth/token',
      headers: form,
      body: `client_id=${'x'.repeat(70_000)}`,
    })
    assert.equal(told.status, 413)
  })

  test('it counts for the address of whoever asks, and has its own line in the log', async () => {
    const before = app.log.length
    await exchange({ method: 'GET', path: '/health?secret=1' }, { 'x-forwarded-for': '198.51.100.7' })
    const lines = app.log.slice(before).map(({ fields }) => [fields.path, fields.status, fields.address])
    assert.deepEqual(lines, [
      ['/health', 200, '198.51.100.7'],
      [PATH, 200, '198.51.100.7'],
    ])
    assert.doesNotMatch(JSON.stringify(app.log), /secret=1/)
    const request = new Request(`${app.url}${PATH}`, {
      method: 'POST',
      headers: { ...basic('root', ROOT_SECRET), 'content-type': 'application/json' },
      body: JSON.stringify(HEALTH),
    })
    await app.app.fetch(request, { incoming: { url: PATH, socket: { remoteAddress: '203.0.113.9' } } })
    assert.deepEqual(
      app.log.slice(-2).map(({ fields }) => fields.address),
      ['203.0.113.9', '203.0.113.9'],
    )
  })

  test('wrong passwords are counted as those from anywhere', async () => {
    await app.addUser({ id: 'bob' })
    const body = JSON.stringify({ username: 'bob', password: 'wrong' })
    const request = {
      method: 'POST',
      path: '/auth/login',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
    }
    const statuses: number[] = []
    for (let n = 0; n < 6; n++) statuses.push((await exchange(request)).status)
    assert.deepEqual(statuses, [400, 400, 400, 400, 400, 429])
  })
})
