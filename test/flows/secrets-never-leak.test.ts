import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Target } from '../support/attack.ts'
import { csrfOf, DISABLE, ENABLE, LOGIN, post, STEP, startTarget } from '../support/attack.ts'
import type { Person } from '../support/person.ts'
import { holds, logLine, spellings } from '../support/secret-search.ts'
import { listenHttp, portWithoutListener } from '../support/servers.ts'
import { ADMIN_PASSWORD, ROOT_SECRET } from '../support/test-app.ts'

const IMPORTED_KEY = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const HEADER_VALUE = 'Bearer webhook-header-value-of-the-operator'
const FIRST = 'first-password-of-ann-7c1d'
const SECOND = 'second-password-of-ann-93ab'
const WRONG = 'wrong-password-that-was-typed-51ee'
const CLIENT_SECRET = 'client-secret-of-the-operator-20f4'

/** Every secret that occurred, with what to call it; and everything that anybody but its owner could read. */
interface Watch {
  readonly secrets: Map<string, string>
  readonly outputs: { readonly what: string; readonly text: string }[]
}

const COOKIES = ['ASID', 'ASTRY', 'ASDEV', 'ASFLOW']

/** The application, where every answer to the root client and every error is kept, and every cookie is a secret. */
const startWatched = async (endpoint: string) => {
  const watch: Watch = { secrets: new Map(), outputs: [] }
  const target = await startTarget()
  const fetch = async (request: Request): Promise<Response> => {
    const response = await target.fetch(request)
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]?.split('=') ?? []
      if (COOKIES.includes(name) && value !== '') watch.secrets.set(value, `cookie ${name}`)
    }
    const body = await response.clone().text()
    const { pathname } = new URL(request.url)
    const isRead = !pathname.startsWith('/auth/') || pathname === '/auth/userinfo'
    // The page to enable shows its key to the session that it belongs to, also beside an error.
    if ((isRead || response.status >= 400) && pathname !== ENABLE)
      watch.outputs.push({
        what: `${request.method} ${pathname} ${response.status}`,
        text: `${body} ${JSON.stringify([...response.headers].filter(([name]) => name !== 'set-cookie'))}`,
      })
    return response
  }
  const watched: Target = { ...target, fetch }
  await watched.rest('PUT', '/AuthConfig/settings', {
    twoFactor: {
      validPastTokensCount: 1,
      webhook: { endpoint, timeout: 1000, headers: { Authorization: HEADER_VALUE } },
    },
  })
  for (const [secret, name] of [
    [ROOT_SECRET, 'root secret'],
    [ADMIN_PASSWORD, 'administrator password'],
    [FIRST, 'password'],
    [SECOND, 'new password'],
    [WRONG, 'wrong password'],
    [CLIENT_SECRET, 'client secret'],
    [HEADER_VALUE, 'webhook header'],
    [IMPORTED_KEY, 'imported key'],
  ] as const)
    watch.secrets.set(secret, name)
  return { target: watched, watch }
}

type Watched = Awaited<ReturnType<typeof startWatched>>

const tokenRequest = async (
  { target, watch }: Watched,
  grant: Record<string, string>,
  path = '/auth/token',
) => {
  const response = await target.fetch(
    new Request(`${target.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ client_id: 'app', client_secret: CLIENT_SECRET, ...grant }),
    }),
  )
  const tokens = (await response.json()) as Record<string, string>
  for (const name of ['access_token', 'refresh_token', 'id_token'])
    if (tokens[name] !== undefined) watch.secrets.set(tokens[name], name)
  return tokens
}

const codeOf = (location: string | undefined, { watch }: Watched): string => {
  const code = new URL(location ?? '').searchParams.get('code') ?? assert.fail(location)
  watch.secrets.set(code, 'authorization code')
  return code
}

/** A code of the authenticator, remembered as a secret. */
const totp = ({ target, watch }: Watched, key: string, offset = 0): string => {
  const code = target.code(offset, key)
  watch.secrets.set(code, 'one-time code')
  return code
}

const enrol = async (all: Watched, ann: Person): Promise<string> => {
  const { target, watch } = all
  await target.logIn(ann, 'ann', FIRST)
  const page = await ann.visit(ENABLE)
  const key = page.page.querySelector('.cs-key')?.text.replaceAll(/\s/g, '') ?? assert.fail(page.body)
  watch.secrets.set(key, 'authenticator key')
  const near = [-1, 0].map((offset) => target.code(offset, key))
  const wrong = ['735194', '846203', '957312'].find((code) => !near.includes(code)) ?? ''
  watch.secrets.set(wrong, 'wrong code')
  assert.equal((await ann.submit(page, { token: wrong }, ENABLE)).status, 422)
  assert.equal((await ann.submit(page, { token: totp(all, key) }, ENABLE)).status, 303)
  return key
}

const tokens = async (all: Watched, key: string, client = 'app'): Promise<void> => {
  const { target } = all
  const browser = target.person('198.51.100.7')
  target.clock.advance(STEP)
  const login = `${LOGIN}?client_id=${client}&response_type=code&scope=openid`
  const page = await browser.follow(await target.logIn(browser, 'ann', FIRST, login))
  target.clock.advance(STEP)
  await browser.submit(await browser.visit(page.url), {}, '/refresh')
  const done = await browser.submit(page, { token: totp(all, key) }, '/confirm')
  const code = codeOf(done.location, all)
  const first = await tokenRequest(all, { grant_type: 'authorization_code', code, client_id: client })
  const authorization = `Bearer ${first.access_token}`
  assert.equal((await browser.send('/auth/userinfo', { headers: { authorization } })).status, 200)
  const refresh = { grant_type: 'refresh_token', client_id: client, refresh_token: first.refresh_token ?? '' }
  await tokenRequest(all, refresh)
  target.clock.advance(20_000)
  await tokenRequest(all, refresh)
  await tokenRequest(all, { grant_type: 'authorization_code', code, client_id: client })
  await tokenRequest(all, { ...refresh, client_secret: WRONG })
  await browser.send('/auth/userinfo', { headers: { authorization: `Bearer ${first.access_token}x` } })
  await browser.send('/User/ann', { headers: { authorization } })
  await browser.send(`/nowhere/${first.access_token?.slice(0, 4)}`)
}

const mistakes = async (all: Watched): Promise<void> => {
  const { target } = all
  const person = target.person('198.51.100.9')
  for (let n = 0; n < 6; n += 1) await target.logIn(person, 'ann', WRONG)
  await target.logIn(person, 'nobody', WRONG)
  const login = await person.visit(LOGIN)
  await post(person, target, LOGIN, `csrf=${csrfOf(login)}&username=ann&password=${WRONG}&password=${WRONG}`)
  await post(person, target, LOGIN, JSON.stringify({ password: WRONG }), {
    'content-type': 'application/json',
  })
  const bad = { 'content-type': 'application/json' }
  await target.rest('PUT', '/User/ann', `{"password": "${WRONG}", oops`, bad)
  await target.rest('PUT', '/User/ann', { password: { value: WRONG } })
  await target.rest('PUT', '/User/ann', { password: [WRONG], twoFactor: { secretKey: `${IMPORTED_KEY}1` } })
  await target.rest('PUT', '/User/ann', { twoFactor: { enabled: true, secretKey: 5, key: IMPORTED_KEY } })
  await target.rest('PATCH', '/User/ann', [{ op: 'test', path: '/password', value: WRONG }])
  await target.rest('PUT', '/Client/app', { secret: 5, auth: { secret: CLIENT_SECRET } })
  await target.rest('PUT', '/AuthConfig/settings', {
    twoFactor: { webhook: { endpoint: 'x', headers: { a: HEADER_VALUE, Host: HEADER_VALUE } } },
  })
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
  await person.send('/User/ann', { headers: basic(`root:${WRONG}`) })
  await person.send('/User', { headers: basic(`ann:${FIRST}`) })
}

const administration = async (all: Watched, key: string): Promise<void> => {
  const { target } = all
  const write = async (body: object) =>
    assert.equal((await target.rest('PATCH', '/User/ann', body)).status, 200)
  await write({ twoFactor: { enabled: true, secretKey: IMPORTED_KEY } })
  await write({ twoFactor: { enabled: false } })
  await write({ twoFactor: { enabled: true, secretKey: key } })
  await write({ twoFactor: { transport: 'sms' } })
  await write({ password: SECOND })
  for (const path of [
    '/User/ann',
    '/User',
    '/fhir/User',
    '/User/ann/_history',
    '/User/_history',
    '/Client',
    '/Client/app',
    '/Client/app/_history',
    '/AuthConfig',
    '/AuthConfig/settings',
    '/AuthConfig/settings/_history',
    '/User?_elements=password,twoFactor',
    '/User?.password=x',
    '/User?.twoFactor.secretKey=x',
    '/Client?.secret=x',
  ])
    for (const accept of ['application/json', 'text/yaml'])
      await target.rest('GET', path, undefined, { accept })
  const history = await (await target.rest('GET', '/User/ann/_history')).json()
  const versions = (history as { entry: { resource: { meta: { versionId: string } } }[] }).entry
  for (const { resource } of versions)
    await target.rest('GET', `/User/ann/_history/${resource.meta.versionId}`)
}

const disable = async (all: Watched, key: string): Promise<void> => {
  const { target } = all
  const ann = target.person()
  target.clock.advance(2 * STEP)
  await ann.submit(
    await ann.follow(await target.logIn(ann, 'ann', SECOND)),
    { token: totp(all, key) },
    '/confirm',
  )
  target.clock.advance(2 * STEP)
  const page = await ann.visit(DISABLE)
  await ann.submit(page, {}, '/send')
  await ann.submit(page, { token: totp(all, key), end_other_sessions: 'true' }, DISABLE)
  await ann.submit(await ann.visit('/auth/logout'), {})
}

test('no secret of a whole life is in a log line, an audit row, an answer to somebody else or the database file', async () => {
  const received: string[] = []
  const port = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    received.push((JSON.parse(body) as { token: string }).token)
    assert.equal(request.headers.authorization, HEADER_VALUE)
    response.writeHead(received.length === 2 ? 500 : 200).end()
  })
  const all = await startWatched(`http://127.0.0.1:${port}/hook`)
  const { target, watch } = all
  for (const [id, format] of [
    ['app', 'jwt'],
    ['opaque', 'opaque'],
  ] as const)
    await target.rest('PUT', `/Client/${id}`, {
      secret: CLIENT_SECRET,
      first_party: true,
      grant_types: ['code', 'basic'],
      auth: {
        authorization_code: {
          redirect_uri: 'https://app.example/cb',
          refresh_token: true,
          ...(format === 'jwt' ? { token_format: 'jwt' } : {}),
        },
      },
    })
  assert.equal(
    (await target.rest('PUT', '/User/ann', { password: FIRST, email: 'ann@example.org' })).status,
    201,
  )
  const key = await enrol(all, target.person())
  await tokens(all, key)
  await tokens(all, key, 'opaque')
  await target.rest('PATCH', '/AuthConfig/settings', {
    twoFactor: { webhook: { endpoint: `http://127.0.0.1:${await portWithoutListener()}/` } },
  })
  await tokens(all, key)
  await mistakes(all)
  await administration(all, key)
  await disable(all, key)
  for (const code of received) watch.secrets.set(code, 'one-time code')
  assert.ok(received.length >= 2 && watch.secrets.size > 30, `${received.length}, ${watch.secrets.size}`)

  const happened = target
    .rows("select distinct event || ' ' || outcome as line from audit_event")
    .map(({ line }) => line)
  for (const line of [
    'sign-in success',
    'sign-out success',
    'password-check failure',
    'two-factor-enable failure',
    'two-factor-enable success',
    'two-factor-disable success',
    'two-factor-delivery success',
    'two-factor-delivery failure',
    'token-issue success',
    'token-refresh success',
    'token-reuse failure',
    'client-authentication failure',
  ])
    assert.ok(happened.includes(line), `${line} is not among ${happened.join(', ')}`)

  watch.outputs.push({ what: 'log', text: JSON.stringify(target.log.map(logLine)) })
  watch.outputs.push({ what: 'audit_event', text: JSON.stringify(target.rows('select * from audit_event')) })
  const files = () =>
    readdirSync(target.directory).map((name) => ({
      what: `file ${name}`,
      bytes: readFileSync(join(target.directory, name)),
    }))
  const places = [...watch.outputs.map(({ what, text }) => ({ what, bytes: Buffer.from(text) })), ...files()]
  await target.stop()
  places.push(...files())
  const privateKey = /BEGIN (RSA )?PRIVATE KEY|"d":"/
  for (const { what, bytes } of places) {
    assert.doesNotMatch(bytes.toString('latin1'), privateKey, what)
    for (const [secret, name] of watch.secrets)
      for (const spelling of spellings(secret, name))
        assert.equal(
          holds(bytes, spelling),
          false,
          `${name} ${secret} in ${what}: ${bytes.length < 4000 ? bytes : ''}`,
        )
  }
})
