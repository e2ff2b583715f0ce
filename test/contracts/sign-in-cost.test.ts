import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Hono } from 'hono'
import { createStores } from '../../src/app-stores.ts'
import { createCurrentAuthPolicy } from '../../src/auth-config/current-auth-policy.ts'
import type { Database } from '../../src/db/database.ts'
import type { AppEnv } from '../../src/http/app-env.ts'
import { requestOrigins } from '../../src/http/client-address.ts'
import { createCookies } from '../../src/http/cookies.ts'
import { createCsrf } from '../../src/http/csrf.ts'
import { systemPause } from '../../src/kernel/clock.ts'
import { deriveKey } from '../../src/kernel/derive-key.ts'
import { silentLogger } from '../../src/kernel/logger.ts'
import { systemRandom } from '../../src/kernel/random.ts'
import { createSeal } from '../../src/kernel/seal.ts'
import { createAuthorizationFlow } from '../../src/oauth/authorize/authorization-flow.ts'
import type { PendingRequest } from '../../src/oauth/authorize/request-seal.ts'
import type { FormPostAnswer } from '../../src/oauth/authorize/respond.ts'
import { createResponder } from '../../src/oauth/authorize/respond.ts'
import { createSessionOf } from '../../src/sessions/browser-session.ts'
import { codeRoutes } from '../../src/sign-in/code.routes.ts'
import { signInRoutes } from '../../src/sign-in/sign-in.routes.ts'
import type { CarriedAttempt } from '../../src/sign-in/sign-in-attempt.ts'
import { createTotpFactor } from '../../src/two-factor/totp/totp-factor.ts'
import { counting, neverOver } from '../support/counted-database.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { answerOf, redeem } from '../support/oauth-client.ts'
import { createPerson } from '../support/person.ts'
import { quickHasher } from '../support/quick-hasher.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'
import { SECRET_KEY } from '../support/test-app.ts'

/** NOTE: the application opens its own database, where nothing counts; these are its pages on one that does. */
const pagesOn = (database: Database, { clock, url: issuer }: SignInApp) => {
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
  const hashes = { count: 0 }
  const counted =
    <Given extends unknown[], Result>(compute: (...given: Given) => Result) =>
    (...given: Given): Result => {
      hashes.count += 1
      return compute(...given)
    }
  const currentPolicy = createCurrentAuthPolicy({ ...stores, warn: () => {} })
  const cookies = createCookies({ isSecure: false, random })
  const shared = { ...stores, clock, random, issuer, currentPolicy, pause: systemPause }
  const requestSeal = createSeal<PendingRequest>({
    key: deriveKey(SECRET_KEY, 'authorization-requests'),
    random,
  })
  const attemptSeal = createSeal<CarriedAttempt>({ key: deriveKey(SECRET_KEY, 'sign-in-attempts'), random })
  const answerSeal = createSeal<FormPostAnswer>({
    key: deriveKey(SECRET_KEY, 'authorization-answers'),
    random,
  })
  const flow = createAuthorizationFlow({
    ...shared,
    requestSeal,
    responder: createResponder({ answerSeal, clock, issuer }),
    maker: { random, issuer, signJwt: async () => '', makeIdToken: async () => '' },
    verifyOwnJwt: async () => undefined,
    hasSecondFactor: async () => false,
  })
  const factors = [createTotpFactor({ ...shared, deliver: async () => ({ kind: 'none' }) })]
  const countedHasher = {
    ...quickHasher,
    hash: counted(quickHasher.hash),
    verify: counted(quickHasher.verify),
    verifyNothing: counted(quickHasher.verifyNothing),
  }
  const edge = {
    cookies,
    csrf: createCsrf({ key: deriveKey(SECRET_KEY, 'csrf'), origin: issuer, cookies }),
    sessionOf: createSessionOf({ cookies, sessions: stores.sessions, clock }),
    flow,
    currentPolicy,
    publicUrl: issuer,
    signIn: { ...shared, attemptSeal, hasher: countedHasher, factors, flow },
  }
  const originOf = requestOrigins({ trustedProxies: 0, random })
  const app = new Hono<AppEnv>()
  app.route('/', signInRoutes(edge))
  app.route('/', codeRoutes({ ...edge, accounts: stores.accounts }))
  return {
    hashes,
    person: createPerson(issuer, (request) => app.fetch(request, { origin: originOf(request, {}) })),
  }
}

forEachDatabaseConfig('what a sign-in costs', (fresh) => {
  test('nothing for a look, one hash for the password, one transaction with the code for the app', async () => {
    const app = await startSignInApp({ config: await fresh() })
    await app.addUser({ id: 'ann' })
    await app.enableTotp('ann')
    const { counted, costOf } = counting(app.database)
    const { hashes, person } = pagesOn(counted, app)

    // NOTE: who looks first has the policy decoded, for everybody.
    await person.visit('/auth/login')
    const login = await costOf(() =>
      person.visit('/auth/login?client_id=mywebapp&response_type=code&state=s'),
    )
    assert.deepEqual([login.result.status, login.reads, login.transactions], [200, 2, 0])
    const password = await costOf(() => person.submit(login.result, { username: 'ann', password: PASSWORD }))
    assert.deepEqual([password.result.status, password.reads, password.transactions], [303, 6, 0])
    const codePage = await costOf(() => person.follow(password.result))
    assert.deepEqual([codePage.result.status, codePage.reads, codePage.transactions], [200, 6, 0])
    const done = await costOf(() => person.submit(codePage.result, { token: app.code() }, '/confirm'))
    assert.deepEqual([done.result.status, done.reads, done.transactions], [303, 8, 1])

    assert.equal(hashes.count, 1)
    const { status } = await redeem(app, answerOf(done.result.location).get('code') ?? '')
    assert.equal(status, 200)
  })
})
