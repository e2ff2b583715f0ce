import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { DatabaseConfig } from '../../src/db/open-database.ts'
import { openDatabase } from '../../src/db/open-database.ts'
import type { Person } from '../support/person.ts'
import { freshPostgresDatabase } from '../support/postgres-database.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { startServerProcess } from '../support/server-process.ts'
import type { Site } from '../support/site.ts'
import { createSite, SITE_ENV } from '../support/site.ts'

const ROUNDS = 5
const WRITES_BEFORE_THE_KILL = 30
const SIGN_INS_BEFORE_THE_KILL = 1

/** What the server said was done, in one life of it. */
interface Acknowledged {
  /** Users written. */
  readonly written: string[]
  /** Whose code was taken, by user. */
  readonly signedIn: Map<string, { readonly browser: Person; readonly token: string }>
  /** How many wrong codes were refused, by user. */
  readonly wrong: Map<string, number>
  /** The newest refresh token that was handed out. */
  refreshToken: string
  refreshes: number
}

const start = (env: Readonly<Record<string, string>>): Promise<ServerProcess> =>
  startServerProcess({ ...SITE_ENV, ...env })

/** Repeats `act` until the server is gone. */
const lane = async (act: (turn: number) => Promise<unknown>): Promise<void> => {
  for (let turn = 0; ; turn += 1) {
    try {
      await act(turn)
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error
      return
    }
  }
}

const beginGrant = async (site: Site, id: string): Promise<string> => {
  const browser = site.person()
  await site.signIn(browser, id)
  const code = await site.authorizationCode(browser)
  return String((await site.token({ grant_type: 'authorization_code', code })).body.refresh_token)
}

/** Writes of every kind until enough are acknowledged, then the kill. */
const killUnderLoad = async (server: ServerProcess, site: Site, round: number): Promise<Acknowledged> => {
  const names = Array.from({ length: 3 }, (_, index) => `r${round}-${index}`)
  const guessed = [`g${round}`]
  const owner = `o${round}`
  await Promise.all([owner, ...names, ...guessed].map((id) => site.addUser(id)))
  const done: Acknowledged = {
    written: [],
    signedIn: new Map(),
    wrong: new Map(),
    refreshToken: await beginGrant(site, owner),
    refreshes: 0,
  }
  const killWhenEnough = (): void => {
    const isEnough =
      done.written.length >= WRITES_BEFORE_THE_KILL &&
      done.signedIn.size >= SIGN_INS_BEFORE_THE_KILL &&
      done.wrong.size > 0 &&
      done.refreshes > 0
    if (isEnough) server.signal('SIGKILL')
  }
  const write = (letter: string) => async (turn: number) => {
    const id = `w${round}-${letter}${turn}`
    const response = await site.rest('PUT', `/User/${id}`, { data: { turn } })
    assert.equal(response.status, 201)
    done.written.push(id)
    killWhenEnough()
  }
  const signIn = async (turn: number): Promise<void> => {
    const id = names[turn]
    if (id === undefined) throw new Error('all have signed in')
    const browser = site.person(`192.0.2.${turn}`)
    const token = site.code()
    const answer = await site.signIn(browser, id, { token })
    assert.equal(answer.status, 303, answer.body)
    done.signedIn.set(id, { browser, token })
    killWhenEnough()
  }
  const guess = (id: string, index: number) => async (turn: number) => {
    if (turn === 4) throw new Error('one more would only wait')
    const browser = site.person(`198.51.100.${index}`)
    const page = await site.enterPassword(browser, id)
    const { status } = await browser.submit(page, { token: site.wrongCode() }, '/confirm')
    assert.equal(status, 422)
    done.wrong.set(id, (done.wrong.get(id) ?? 0) + 1)
    killWhenEnough()
  }
  const refresh = async (): Promise<void> => {
    const { status, body } = await site.token({
      grant_type: 'refresh_token',
      refresh_token: done.refreshToken,
    })
    assert.equal(status, 200, JSON.stringify(body))
    done.refreshToken = String(body.refresh_token)
    done.refreshes += 1
    killWhenEnough()
  }
  await Promise.all([
    ...['a', 'b', 'c'].map((letter) => lane(write(letter))),
    lane(signIn),
    ...guessed.map((id, index) => lane(guess(id, index))),
    lane(refresh),
  ])
  await server.exited
  return done
}

/** The counters as they are stored, since more guesses would change what they look at. */
const failuresOf = async (config: DatabaseConfig): Promise<ReadonlyMap<string, number>> => {
  const database = await openDatabase(config)
  try {
    const rows = await database.all(database.sql.selectFrom('throttle').select(['key', 'failures']))
    return new Map(rows.map(({ key, failures }) => [key, Number(failures)]))
  } finally {
    await database.close()
  }
}

const assertKept = async (site: Site, done: Acknowledged, config: DatabaseConfig): Promise<void> => {
  // NOTE: a refresh that the kill kept from being answered may be sent again, as after any lost answer,
  // but not for long: so this comes first.
  const refreshed = await site.token({ grant_type: 'refresh_token', refresh_token: done.refreshToken })
  assert.equal(refreshed.status, 200, JSON.stringify(refreshed.body))
  const failures = await failuresOf(config)
  for (const [id, count] of done.wrong) {
    const kept = failures.get(`account:totp:${id}`) ?? 0
    assert.ok(kept >= count && kept <= count + 1, `${id}: ${count} told, ${kept} kept`)
  }
  const found = await Promise.all(
    done.written.map(async (id) => [id, (await site.rest('GET', `/User/${id}`)).status] as const),
  )
  assert.deepEqual(
    found.filter(([, status]) => status !== 200),
    [],
  )
  for (const [id, { browser, token }] of done.signedIn) {
    assert.equal(await site.isSignedIn(browser), true, `the session of ${id}`)
    const again = await site.signIn(site.person('203.0.113.9'), id, { token })
    assert.equal(again.status, 422, `the code of ${id} was used twice`)
  }
}

/** Kills and starts again on the same data, checking after each start what the life before said was done. */
const surviveKills = async (env: Readonly<Record<string, string>>, config: DatabaseConfig): Promise<void> => {
  let server = await start(env)
  const site = createSite(() => server.url)
  await site.prepare()
  for (let round = 0; round < ROUNDS; round += 1) {
    const done = await killUnderLoad(server, site, round)
    server = await start(env)
    await assertKept(site, done, config)
  }
  server.signal('SIGKILL')
  await server.exited
}

// NOTE: at the same time, because each mostly waits for its process to start.
describe('a server killed in the middle of its work', { concurrency: true }, () => {
  test('keeps on SQLite everything it acknowledged', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'countersign-killed-'))
    after(() => rmSync(directory, { recursive: true, force: true }))
    await surviveKills({ COUNTERSIGN_DATA_DIR: directory }, { kind: 'sqlite', directory })
  })

  test('keeps on PostgreSQL everything it acknowledged', async () => {
    const { url, drop } = await freshPostgresDatabase()
    after(drop)
    await surviveKills({ DATABASE_URL: url }, { kind: 'postgres', url })
  })
})
