import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import { createClientAuthentication } from '../../src/app-clients.ts'
import { createInstalledGrants } from '../../src/app-grants.ts'
import { createStores } from '../../src/app-stores.ts'
import type { Database } from '../../src/db/database.ts'
import type { AppEnv } from '../../src/http/app-env.ts'
import { requestOrigins } from '../../src/http/client-address.ts'
import { createCookies } from '../../src/http/cookies.ts'
import { systemPause } from '../../src/kernel/clock.ts'
import { silentLogger } from '../../src/kernel/logger.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { tokenRoutes } from '../../src/oauth/token/token.routes.ts'
import { userinfoRoutes } from '../../src/oauth/userinfo/userinfo.routes.ts'
import { counting, neverOver } from '../support/counted-database.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { obtainCode, redeem, refresh, SECRET, statusOf, webapp } from '../support/oauth-client.ts'
import { quickHasher } from '../support/quick-hasher.ts'
import type { StoredApp } from '../support/stored-app.ts'
import { startStoredApp } from '../support/stored-app.ts'
import { SECRET_KEY } from '../support/test-app.ts'

/** NOTE: the application opens its own database, where nothing counts; these are its endpoints on one that does. */
const endpointsOn = (database: Database, { clock, url: issuer }: StoredApp) => {
  const random = systemRandom
  const stores = createStores({
    database,
    clock,
    random,
    secretKeys: [SECRET_KEY],
    isRateLimited: true,
    pause: neverOver,
    logger: silentLogger,
  })
  const shared = { ...stores, clock, random, issuer }
  const never = () => Promise.reject(new Error('neither a slow hash nor a JWT is wanted here'))
  const clientAuthentication = createClientAuthentication({ ...shared, stores, verifySlowly: never })
  const grants = createInstalledGrants({
    stores,
    secretKey: SECRET_KEY,
    issuer,
    keys: { signJwt: never },
    makeIdToken: never,
    signIn: { ...shared, hasher: { ...quickHasher, verify: never }, factors: [], pause: systemPause },
    clock,
    random,
    pause: systemPause,
  })
  const cookies = createCookies({ isSecure: false, random })
  const app = new Hono<AppEnv>()
  const originOf = requestOrigins({ trustedProxies: 0, random })
  app.route('/', tokenRoutes({ ...shared, ...clientAuthentication, grants }))
  app.route('/', userinfoRoutes({ sessions: stores.userinfo, cookies, clock, noticeRefused: never }))
  return {
    url: issuer,
    fetch: async (request: Request) => app.fetch(request, { origin: originOf(request, {}) }),
  }
}

forEachDatabaseConfig('what a token costs', (fresh) => {
  test('the client, the code or token, one transaction; one read for userinfo', async () => {
    const app = await startStoredApp({ config: await fresh() })
    await app.addUser({ id: 'my-user' })
    await app.addClient('mywebapp', webapp({}), SECRET)
    const code = await obtainCode(app)
    const { counted, costOf } = counting(app.database)
    const endpoints = endpointsOn(counted, app)
    const issued = await costOf(() => redeem(endpoints, code))
    assert.deepEqual([issued.result.status, issued.reads, issued.transactions], [200, 2, 1])
    const { refresh_token } = issued.result.body
    const refreshed = await costOf(() => refresh(endpoints, refresh_token))
    assert.deepEqual([refreshed.result.status, refreshed.reads, refreshed.transactions], [200, 2, 1])
    const shown = await costOf(() => statusOf(endpoints, refreshed.result.body.access_token))
    assert.deepEqual([shown.result, shown.reads, shown.transactions], [200, 1, 0])
  })
})
