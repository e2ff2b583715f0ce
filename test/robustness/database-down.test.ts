import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { eventually } from '../support/eventually.ts'
import type { Person, Visit } from '../support/person.ts'
import type { PostgresCluster } from '../support/postgres-cluster.ts'
import { startPostgresCluster } from '../support/postgres-cluster.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { startServerProcess } from '../support/server-process.ts'
import type { Site } from '../support/site.ts'
import { createSite, SITE_ENV, SITE_URL } from '../support/site.ts'

/** Of a frozen server the first answer takes as long as a transaction may. */
const SOON_MS = 9000
const INNARDS = /select|insert|update "|127\.0\.0\.1|ECONN|postgres|\.ts:\d|relation|SQL/i

let cluster: PostgresCluster
let server: ServerProcess
let site: Site
before(async () => {
  cluster = await startPostgresCluster()
  server = await startServerProcess({ ...SITE_ENV, DATABASE_URL: cluster.url })
  site = createSite(() => server.url)
  await site.prepare()
})
after(async () => {
  server?.signal('SIGKILL')
  await server?.exited
  cluster?.destroy()
})

const asOperator = async (...statements: readonly string[]): Promise<readonly Record<string, unknown>[]> => {
  const client = new Client({ connectionString: cluster.url })
  await client.connect()
  try {
    let rows: readonly Record<string, unknown>[] = []
    for (const statement of statements) rows = (await client.query(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}

/** What a half-written transaction would change. */
/** What a step leaves behind; that a password was right is told a moment later, so it does not count here. */
const traces = async (id: string): Promise<unknown> => {
  const [row] = await asOperator(`select
    (select count(*)::int from session where user_id = '${id}') as sessions,
    (select count(*)::int from audit_event where user_id = '${id}' and event <> 'password-check') as told,
    (select last_step::int from totp_credential where user_id = '${id}') as step`)
  return row
}

const isUnavailable = (status: number, headers: Headers, body: string, type: RegExp): void => {
  assert.equal(status, 503, body)
  assert.ok(Number(headers.get('retry-after')) > 0, 'no Retry-After')
  assert.match(headers.get('content-type') ?? '', type)
  assert.doesNotMatch(body.replaceAll('user-select', ''), INNARDS)
  assert.ok(!headers.has('set-cookie'), 'a cookie was set')
}

const soon = async <T>(call: () => Promise<T>): Promise<T> => {
  const began = performance.now()
  const answer = await call()
  const took = Math.round(performance.now() - began)
  assert.ok(took < SOON_MS, `answered after ${took} ms`)
  return answer
}

const isPage503 = ({ status, headers, body }: Visit): void =>
  isUnavailable(status, headers, body, /text\/html/)

const isJson503 = async (response: Response, type: RegExp): Promise<Record<string, unknown>> => {
  const body = await response.text()
  isUnavailable(response.status, response.headers, body, type)
  return JSON.parse(body) as Record<string, unknown>
}

const postToken = (grant: Readonly<Record<string, string>>): Promise<Response> =>
  site.send(
    new Request(`${SITE_URL}/auth/token`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'mywebapp', client_secret: 'verysecret', ...grant }),
    }),
  )

/** Every kind of request that needs the database, at once, is refused in its own words. */
const everythingIsUnavailable = async (browser: Person, code: string): Promise<void> => {
  const [login, token, user, health] = await soon(() =>
    Promise.all([
      browser.clone().send('/auth/login'),
      postToken({ grant_type: 'authorization_code', code }),
      site.rest('PUT', '/User/never', { data: { a: 1 } }),
      fetch(`${server.url}/health`),
    ]),
  )
  isPage503(login)
  assert.equal((await isJson503(token, /^application\/json/)).error, 'temporarily_unavailable')
  assert.equal((await isJson503(user, /json/)).resourceType, 'OperationOutcome')
  assert.equal(health.status, 503)
}

const worksAgain = () => eventually(async () => (await fetch(`${server.url}/health`)).status === 200)

interface Fault {
  readonly begin: () => unknown
  readonly end: () => unknown
}

const faults: Readonly<Record<string, () => Fault>> = {
  stopped: () => ({ begin: () => cluster.stop('fast'), end: () => cluster.start() }),
  crashed: () => ({ begin: () => cluster.stop('immediate'), end: () => cluster.start() }),
  frozen: () => ({ begin: () => cluster.freeze(), end: () => cluster.thaw() }),
}

for (const [name, faultOf] of Object.entries(faults))
  test(`a database that is ${name} between password and code, and during a token request, costs nothing but time`, async () => {
    const fault = faultOf()
    await Promise.all([site.addUser(name), site.addUser(`${name}-tokens`)])
    const owner = site.person()
    await site.signIn(owner, `${name}-tokens`)
    const code = await site.authorizationCode(owner)
    const browser = site.person()
    const codePage = await site.enterPassword(browser, name)
    const before = [await traces(name), await traces(`${name}-tokens`)]

    await fault.begin()
    const token = site.code()
    isPage503(await soon(() => browser.submit(codePage, { token }, '/confirm')))
    assert.equal(browser.cookies.has('ASID'), false)
    await everythingIsUnavailable(browser, code)
    await fault.end()
    await worksAgain()

    assert.deepEqual([await traces(name), await traces(`${name}-tokens`)], before, 'nothing is half-written')
    assert.equal((await site.rest('GET', '/User/never')).status, 404)
    assert.doesNotMatch(server.output(), /unexpected error|unhandled rejection/)
    const answer = await browser.submit(await browser.visit('/auth/login/2fa/confirm'), { token }, '/confirm')
    assert.equal(answer.status, 303, answer.body)
    assert.equal(await site.isSignedIn(browser), true)
    assert.equal((await site.token({ grant_type: 'authorization_code', code })).status, 200)
  })

test('a database restarted under load: only 503 while it is down, no acknowledged write lost', async () => {
  let isOver = false
  let refused = 0
  const written: string[] = []
  const lanes = Array.from({ length: 4 }, async (_, lane) => {
    for (let turn = 0; !isOver; turn += 1) {
      const id = `l${lane}-${turn}`
      const { status } = await site.rest('PUT', `/User/${id}`, { data: { turn } })
      if (status === 201) written.push(id)
      else {
        assert.equal(status, 503)
        refused += 1
      }
    }
  })
  await eventually(() => written.length > 20)
  await cluster.stop('immediate')
  await eventually(() => refused > 4)
  const soFar = written.length
  await cluster.start()
  await eventually(() => written.length > soFar + 20)
  isOver = true
  await Promise.all(lanes)
  const rows = await asOperator("select id from resource where id like 'l%-%'")
  const kept = new Set(rows.map(({ id }) => id))
  assert.deepEqual(
    written.filter((id) => !kept.has(id)),
    [],
  )
})

test('a read-only database: writes are unavailable, what is read goes on', async () => {
  await site.addUser('reader')
  const browser = site.person()
  await site.signIn(browser, 'reader')
  const { body } = await site.token({
    grant_type: 'authorization_code',
    code: await site.authorizationCode(browser),
  })
  await asOperator('alter system set default_transaction_read_only = on', 'select pg_reload_conf()')
  await eventually(async () => (await site.rest('PUT', '/User/never', { data: {} })).status === 503)
  const read = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    site.send(new Request(`${SITE_URL}${path}`, { headers }))
  assert.equal((await read('/.well-known/jwks.json')).status, 200)
  assert.equal((await read('/.well-known/openid-configuration')).status, 200)
  assert.equal((await read('/auth/userinfo', { authorization: `Bearer ${body.access_token}` })).status, 200)
  assert.equal((await site.rest('GET', '/User/reader')).status, 200)
  assert.equal(await site.isSignedIn(browser), true)
  const other = site.person()
  isPage503(await site.signIn(other, 'reader'))
  await isJson503(
    await postToken({ grant_type: 'refresh_token', refresh_token: String(body.refresh_token) }),
    /json/,
  )
  await asOperator(
    'set default_transaction_read_only = off',
    'alter system reset all',
    'select pg_reload_conf()',
  )
  await eventually(async () => (await site.rest('PUT', '/User/later', { data: {} })).status < 300)
  const refreshed = await site.token({
    grant_type: 'refresh_token',
    refresh_token: String(body.refresh_token),
  })
  assert.equal(refreshed.status, 200)
})
