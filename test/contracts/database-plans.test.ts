import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CompiledQuery } from 'kysely'
import { createStores } from '../../src/app-stores.ts'
import type { Compilable, Database } from '../../src/db/database.ts'
import { silentLogger } from '../../src/kernel/logger.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { neverOver } from '../support/counted-database.ts'
import { forEachDatabase } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import { SECRET_KEY } from '../support/test-app.ts'

const AT = new Date(1_790_000_000_000)

/** Explains what stores ask the database for, as it would do it now. */
const explainOn = (database: Database) => {
  let asked: CompiledQuery[] = []
  const keep = <Given extends Compilable<unknown>>(query: Given): Given => {
    asked.push(query.compile())
    return query
  }
  const kept: Database = {
    ...database,
    first: (query) => database.first(keep(query)),
    all: (query) => database.all(keep(query)),
    step: (query) => database.step(keep(query)),
    guard: (query) => database.guard(keep(query)),
  }
  const isSqlite = database.dialect.engine === 'sqlite'
  /** One line for each table, told with the index by which it is read. */
  const explain = async (query: CompiledQuery): Promise<readonly string[]> => {
    const explained = { ...query, sql: `explain ${isSqlite ? 'query plan ' : ''}${query.sql}` }
    const rows = await database.all<object>({ compile: () => explained })
    return rows
      .map((row) => Object.values(row).at(-1) as string)
      .filter((line) => /^(?:SCAN|SEARCH)|Scan/.test(line) && !/Bitmap Heap|CTE|Subquery|SCAN \(/.test(line))
  }
  const plansOf = async (ask: () => unknown): Promise<readonly string[]> => {
    asked = []
    await ask()
    const plans = await Promise.all(asked.map(explain))
    return plans.flat()
  }
  return { kept, plansOf }
}

/** A whole primary key, or another that one row has: without rows and statistics too, when PostgreSQL guesses. */
const BY_KEY =
  /using (?:resource|session|client_secret|totp_credential|password_credential)_pkey|using session_(?:token|refresh|code)\b|using totp_pending_user|INDEX (?:sqlite_autoindex_\w+_1 \((?:\w+=\? AND )*\w+=\?\)|session_(?:token|refresh|code) |totp_pending_user )/

forEachDatabase('from the first request on', (open) => {
  const openStores = async () => {
    const database = await open()
    const { kept, plansOf } = explainOn(database)
    const stores = createStores({
      database: kept,
      clock: createFakeClock(AT.getTime()),
      random: systemRandom,
      secretKeys: [SECRET_KEY],
      isRateLimited: true,
      pause: neverOver,
      logger: silentLogger,
    })
    return { stores, plansOf }
  }

  test('what is asked for often is found by its key', async () => {
    const { stores, plansOf } = await openStores()
    const { tokens, sessions, userinfo, issuedTokens, clients, accounts, passwords } = stores
    const issued = {
      accessHash: 'a',
      expiresAt: AT,
      accessScopes: [],
      refresh: { hash: 'r', expiresAt: AT },
    }
    const often = {
      userinfo: () => userinfo.findByAccessToken('hash', AT),
      'userinfo of a cookie': () => userinfo.findByCookie('hash', AT),
      introspection: () => issuedTokens.find('hash', AT),
      'a session': () => sessions.findBrowserSession('hash', AT),
      'a bearer token': () => sessions.findTokenSession('hash', AT),
      'a client': () => clients.findWithSecretHash('client'),
      'a code': () => tokens.findCode('hash'),
      'redeeming a code': () => tokens.redeemCodeStep('id', issued, AT),
      'a refresh token': () => tokens.findRefresh('hash'),
      'using a refresh token': () => tokens.useRefreshStep('id', 'successor', AT),
      'an account': () => accounts.find('user'),
      'a password': () => passwords.find('user'),
      'who signs in': () => sessions.aliveGuard('id', AT),
    }
    for (const [what, ask] of Object.entries(often)) {
      const plans = await plansOf(ask)
      assert(plans.length > 0, what)
      for (const plan of plans) assert.match(plan, BY_KEY, what)
    }
  })

  test('what ends many sessions finds them by index, and reads no others', async () => {
    const { stores, plansOf } = await openStores()
    const { sessions, tokens } = stores
    const many = {
      session_of_family: () => tokens.endFamilySteps('family', 'revoked', AT),
      session_of_user: () => sessions.listBrowserSessions('user', AT),
      session_of_parent: () => sessions.endSteps('session', 'signed-out', AT),
      session_client: () => sessions.endAllOfClientSteps('client', 'client-deleted', AT),
    }
    for (const [index, ask] of Object.entries(many)) {
      const plans = (await plansOf(ask)).join('\n')
      assert.match(plans, new RegExp(`(?:using|INDEX|on) ${index}\\b`), index)
      assert.doesNotMatch(plans, /Seq Scan on session|SCAN session/, index)
    }
  })
})
