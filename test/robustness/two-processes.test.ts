import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { systemClock } from '../../src/kernel/clock.ts'
import { newClientKey, presented, signAssertion } from '../support/client-assertion.ts'
import type { PostgresDatabase } from '../support/postgres-database.ts'
import { freshPostgresDatabase } from '../support/postgres-database.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { startServerProcess } from '../support/server-process.ts'
import type { Site } from '../support/site.ts'
import { createSite, PASSWORD, SITE_ENV, SITE_URL } from '../support/site.ts'

const AT_ONCE = 50
const AUTHORIZE = '/auth/authorize?client_id=mywebapp&response_type=code&state=x'

let database: PostgresDatabase
let servers: readonly ServerProcess[]
let site: Site
before(async () => {
  database = await freshPostgresDatabase()
  const env = { ...SITE_ENV, DATABASE_URL: database.url }
  servers = await Promise.all([startServerProcess(env), startServerProcess(env)])
  let requests = 0
  site = createSite(() => {
    requests += 1
    return servers[requests % 2]?.url ?? ''
  })
  await site.prepare()
})
after(async () => {
  for (const server of servers) server.signal('SIGKILL')
  await Promise.all(servers.map((server) => server.exited))
  await database?.drop()
})

const count = async (question: string): Promise<number> => {
  const client = new Client({ connectionString: database.url })
  await client.connect()
  try {
    const { rows } = await client.query(`select count(*)::int as found from ${question}`)
    return rows[0].found
  } finally {
    await client.end()
  }
}

const times = <T>(make: (index: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, index) => make(index)))

test('of two processes that start at once on an empty database, one makes each first thing', async () => {
  const told = servers.map((server) => server.output()).join('\n')
  assert.equal(told.match(/administrator +admin/g)?.length, 1, told)
  assert.equal(told.match(/root client +root/g)?.length, 1, told)
  assert.equal(await count('signing_key'), 1)
  assert.equal(await count("resource_history where id in ('admin', 'root')"), 2)
  const keySets = await Promise.all(
    servers.map(async (server) => (await fetch(`${server.url}/.well-known/jwks.json`)).text()),
  )
  assert.equal(keySets[0], keySets[1])
})

test('a sign-in whose every request goes to the other process ends in the session of both', async () => {
  await site.addUser('wanderer')
  const browser = site.person()
  const answer = await site.signIn(browser, 'wanderer', { path: AUTHORIZE })
  assert.match(answer.location ?? '', /^http:\/\/localhost:3001\?code=[\w-]{43}&state=x&iss=/)
  for (const server of servers)
    assert.equal(await createSite(() => server.url).isSignedIn(restored(browser, server)), true)
})

/** The browser's cookies at one process alone. */
const restored = (browser: ReturnType<Site['person']>, server: ServerProcess) => {
  const other = createSite(() => server.url).person()
  for (const [name, value] of browser.cookies) other.cookies.set(name, value)
  return other
}

test('of fifty equal codes spread over both processes one signs in', async () => {
  await site.addUser('crowd')
  const pages = await times(async (index) => {
    const browser = site.person(`198.51.100.${index}`)
    return { browser, page: await site.enterPassword(browser, 'crowd') }
  })
  const sessionsBefore = await count("session where type = 'browser' and user_id = 'crowd'")
  const token = site.code()
  const answers = await Promise.all(
    pages.map(({ browser, page }) => browser.submit(page, { token }, '/confirm')),
  )
  const statuses = answers.map(({ status }) => status)
  assert.equal(statuses.filter((status) => status === 303).length, 1, statuses.join(' '))
  assert.ok(
    statuses.every((status) => [303, 401, 422, 429].includes(status)),
    statuses.join(' '),
  )
  assert.equal(pages.filter(({ browser }) => browser.cookies.has('ASID')).length, 1)
  assert.equal(await count("session where type = 'browser' and user_id = 'crowd'"), sessionsBefore + 1)
})

test('of fifty equal authorization codes and fifty equal refresh tokens spread over both one gives tokens', async () => {
  await site.addUser('spender')
  const browser = site.person()
  await site.signIn(browser, 'spender')
  const code = await site.authorizationCode(browser)
  const redeemed = await times(() => site.token({ grant_type: 'authorization_code', code }))
  assert.equal(redeemed.filter(({ status }) => status === 200).length, 1)
  assert.equal(redeemed.filter(({ body }) => body.error === 'invalid_grant').length, AT_ONCE - 1)

  const fresh = await site.authorizationCode(browser)
  const { body } = await site.token({ grant_type: 'authorization_code', code: fresh })
  const refreshToken = String(body.refresh_token)
  const refreshed = await times(() =>
    site.token({ grant_type: 'refresh_token', refresh_token: refreshToken }),
  )
  assert.equal(refreshed.filter(({ status }) => status === 200).length, 1)
  assert.equal(refreshed.filter((answer) => answer.body.error === 'invalid_grant').length, AT_ONCE - 1)
})

test('of fifty equal client assertions spread over both one counts', async () => {
  const key = await newClientKey()
  const document = { grant_types: ['client_credentials'], jwks: [key.publicJwk] }
  assert.equal((await site.rest('PUT', '/Client/backend', document)).status, 201)
  const assertion = await signAssertion({ url: SITE_URL, clock: systemClock }, key, 'backend')
  const answers = await times((index) =>
    fetch(`${servers[index % 2]?.url}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials', ...presented(assertion) }),
    }),
  )
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array(AT_ONCE - 1).fill(401)])
  assert.equal(await count("audit_event where reason = 'replayed-assertion'"), AT_ONCE - 1)
})

test('wrong codes at both processes are counted together, and what one refuses the other refuses', async () => {
  await site.addUser('guessed')
  const guess = async (index: number): Promise<number> => {
    const browser = site.person(`203.0.113.${index}`)
    const page = await site.enterPassword(browser, 'guessed')
    return (await browser.submit(page, { token: site.wrongCode() }, '/confirm')).status
  }
  const statuses = await Promise.all(Array.from({ length: 12 }, (_, index) => guess(index)))
  assert.equal(statuses.filter((status) => status !== 429).length, 5, statuses.join(' '))
  for (const server of servers) {
    const there = createSite(() => server.url)
    const browser = there.person()
    const answer = await there.signIn(browser, 'guessed')
    assert.equal(answer.status, 429)
    assert.ok(Number(answer.headers.get('retry-after')) > 0)
  }
})

test('what one process writes the other shows at once: theme, user, password', async () => {
  const [one, other] = servers.map((server) => createSite(() => server.url))
  assert.ok(one !== undefined && other !== undefined)
  await one.rest('PUT', '/AuthConfig/newer', {
    theme: { title: 'Another title' },
    twoFactor: { validPastTokensCount: 3 },
  })
  assert.match((await other.person().visit('/auth/login')).body, /Another title/)
  await one.rest('PUT', '/User/plain', { password: PASSWORD })
  const browser = other.person()
  await other.enterPassword(browser, 'plain')
  assert.equal(browser.cookies.has('ASID'), true)
  assert.equal((await one.rest('DELETE', '/User/plain')).status, 200)
  assert.equal(await other.isSignedIn(browser), false)
})
