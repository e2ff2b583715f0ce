import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import { DEFAULT_THEME } from '../html/theme.ts'
import { systemClock } from '../kernel/clock.ts'
import { silentLogger } from '../kernel/logger.ts'
import { systemRandom } from '../kernel/random.ts'
import type { AppEnv } from './app-env.ts'
import { createCookies } from './cookies.ts'
import type { ScriptAccess } from './cors.ts'
import { createCsrf } from './csrf.ts'
import { createEdge } from './edge.ts'
import { readForm } from './form.ts'
import { handleError } from './handle-error.ts'

const ORIGIN = 'https://id.example.org'
const cookies = createCookies({ isSecure: true, random: systemRandom })
const csrf = createCsrf({ key: new Uint8Array(32).fill(1), origin: ORIGIN, cookies })
const app = new Hono<AppEnv>()
const errors = {
  logger: silentLogger,
  currentTheme: async () => DEFAULT_THEME,
  isOpenable: () => assert.fail('no page was asked for'),
  renderProblem: () => assert.fail('no page was asked for'),
}
const fetch = createEdge(app, {
  ...errors,
  clock: systemClock,
  random: systemRandom,
  trustedProxies: 0,
  isHttps: true,
  scriptAccess: (): ScriptAccess => 'nobody',
  isRegisteredOrigin: async () => false,
  faceOfRoute: () => undefined,
})
const request = async (path: string, init?: RequestInit): Promise<Response> =>
  fetch(new Request(`http://localhost${path}`, init))
app.onError(handleError('oauth', errors))
app.get('/form', (c) => c.text(csrf.token(c)))
app.post('/form', async (c) => {
  csrf.verify(c, await readForm(c))
  return c.text('done')
})

const openForm = async (): Promise<{ readonly cookie: string; readonly token: string }> => {
  const response = await request('/form')
  const [cookie = ''] = response.headers.getSetCookie()
  assert.match(cookie, /^ASFLOW=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  return { cookie: cookie.split(';')[0] ?? '', token: await response.text() }
}

const send = (cookie: string, token: string | undefined, headers: Record<string, string> = {}) =>
  request('/form', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', cookie, ...headers },
    body: token === undefined ? 'a=b' : new URLSearchParams({ csrf: token }).toString(),
  })

test('a form of our own page passes, from a browser and from curl', async () => {
  const { cookie, token } = await openForm()
  for (const headers of [
    {},
    { 'sec-fetch-site': 'same-origin', origin: ORIGIN },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
  ])
    assert.equal((await send(cookie, token, headers)).status, 200, JSON.stringify(headers))
})

test('the token of another browser, none and a changed one are refused with what to do', async () => {
  const mine = await openForm()
  const other = await openForm()
  for (const token of [other.token, undefined, '', `${mine.token.slice(0, -1)}~`]) {
    const response = await send(mine.cookie, token)
    assert.equal(response.status, 403)
    assert.match(await response.text(), /Open the page again/)
  }
  assert.equal((await send('', mine.token)).status, 403)
})

test('the right token sent from another site is refused', async () => {
  const { cookie, token } = await openForm()
  const foreign: readonly Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'SAME-ORIGIN, cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `${ORIGIN}.evil.example`, 'sec-fetch-site': 'same-origin' },
    { origin: 'http://id.example.org' },
  ]
  for (const headers of foreign)
    assert.equal((await send(cookie, token, headers)).status, 403, JSON.stringify(headers))
})

test('two flow cookies that differ are none: nobody can slip theirs beside ours', async () => {
  const mine = await openForm()
  const other = await openForm()
  assert.equal((await send(`${other.cookie}; ${mine.cookie}`, other.token)).status, 403)
  assert.equal((await send(`${mine.cookie}; ${mine.cookie}`, mine.token)).status, 200)
})
