import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromBase32 } from '../../src/two-factor/totp/base32.ts'
import { codeAtStep, startOfStep, stepAt } from '../../src/two-factor/totp/totp.ts'
import { listenHttp, listenTcp, portWithoutListener } from '../support/servers.ts'
import type { TwoFactorApp } from '../support/two-factor-app.ts'
import { startTwoFactorApp } from '../support/two-factor-app.ts'

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const STEP = 30_000
const codeAt = (step: number): string => codeAtStep({ bytes: fromBase32(SECRET), algorithm: 'SHA1' }, step)
const codeNow = (app: TwoFactorApp): string => codeAt(stepAt(app.clock.now()))

const start = async (endpoint: string, when: 'always' | 'transport' = 'always', timeout = 500) => {
  const app = await startTwoFactorApp()
  await app.configure({ webhook: { endpoint, timeout, headers: { Authorization: 'Basic c2VjcmV0' }, when } })
  await enrol(app, 'my-user')
  return app
}

const enrol = async (app: TwoFactorApp, id: string, transport?: string): Promise<void> => {
  await app.addUser({ id, userName: `name-${id}`, email: `${id}@example.org` })
  const value = { enabled: true, secretKey: SECRET, ...(transport === undefined ? {} : { transport }) }
  await app.database.transact((await app.twoFactor.writeSteps(id, value, undefined)).steps)
}

const startReceiver = async (answer = 200) => {
  const bodies: string[] = []
  const port = await listenHttp(async (request, response) => {
    let body = ''
    for await (const chunk of request.setEncoding('utf8')) body += chunk
    bodies.push(body)
    response.writeHead(answer).end('no secret of yours')
  })
  return { bodies, endpoint: `http://127.0.0.1:${port}/sms` }
}

const deliveries = async (app: TwoFactorApp) =>
  (await app.audit())
    .filter(({ event }) => event === 'two-factor-delivery')
    .map(({ outcome, reason, user_id }) => [outcome, reason, user_id])

test('the receiver gets the user without secrets and the code that then signs in', async () => {
  const { bodies, endpoint } = await startReceiver()
  const app = await start(endpoint)
  assert.deepEqual(await app.factor.begin('my-user', app.origin), {
    kind: 'sent',
    at: app.clock.now().getTime(),
  })
  assert.deepEqual(
    bodies.map((body) => JSON.parse(body)),
    [
      {
        user: {
          id: 'my-user',
          resourceType: 'User',
          userName: 'name-my-user',
          email: 'my-user@example.org',
          twoFactor: { enabled: true },
        },
        token: codeNow(app),
      },
    ],
  )
  assert.equal(await app.useCode('my-user', JSON.parse(bodies[0] ?? '').token), true)
  assert.deepEqual(await deliveries(app), [['success', null, 'my-user']])
})

test('a code that begins with zeros keeps them', async () => {
  const { bodies, endpoint } = await startReceiver()
  const app = await start(endpoint)
  let step = stepAt(app.clock.now())
  while (!codeAt(step).startsWith('00')) step += 1
  app.clock.advance(startOfStep(step) - app.clock.now().getTime())
  await app.factor.begin('my-user', app.origin)
  assert.ok(bodies[0]?.endsWith(`"token":"${codeAt(step)}"}`), bodies[0] ?? 'nothing')
})

test('while the current step is used up nothing is sent, and the answer says when it can be', async () => {
  const { bodies, endpoint } = await startReceiver()
  const app = await start(endpoint)
  assert.equal(await app.useCode('my-user', codeNow(app)), true)
  const until = startOfStep(stepAt(app.clock.now()) + 1)
  assert.deepEqual(await app.factor.begin('my-user', app.origin), { kind: 'waiting', until })
  assert.equal(bodies.length, 0)
  app.clock.advance(STEP)
  assert.equal((await app.factor.begin('my-user', app.origin)).kind, 'sent')
  assert.equal(await app.useCode('my-user', JSON.parse(bodies[0] ?? '').token), true)
})

test('only users with a transport are served where the operator says so', async () => {
  const { bodies, endpoint } = await startReceiver()
  const app = await start(endpoint, 'transport')
  await enrol(app, 'texter', 'sms')
  assert.deepEqual(await app.factor.begin('my-user', app.origin), { kind: 'none' })
  assert.equal((await app.factor.begin('texter', app.origin)).kind, 'sent')
  assert.deepEqual(JSON.parse(bodies[0] ?? '').user.twoFactor, { enabled: true, transport: 'sms' })
})

test('nothing is sent without a webhook, or for a user without two-factor', async () => {
  const { bodies, endpoint } = await startReceiver()
  const app = await start(endpoint)
  await app.addUser({ id: 'bob' })
  assert.deepEqual(await app.factor.begin('bob', app.origin), { kind: 'none' })
  assert.deepEqual(await app.factor.begin('nobody', app.origin), { kind: 'none' })
  await app.configure({})
  assert.deepEqual(await app.factor.begin('my-user', app.origin), { kind: 'none' })
  assert.equal(bodies.length, 0)
})

test('a receiver that fails is recorded with the reason, and the code of the app works all the same', async () => {
  const failing = [
    ['status-500', (await startReceiver(500)).endpoint],
    ['connection-failed', `http://127.0.0.1:${await portWithoutListener()}/`],
    ['timeout', `http://127.0.0.1:${await listenTcp(() => {})}/`],
    // Nobody connects to it, though it may be written: 6to4 of 169.254.169.254.
    ['refused-address', 'http://[2002:a9fe:a9fe::]/'],
  ] as const
  for (const [reason, endpoint] of failing) {
    const app = await start(endpoint, 'always', 300)
    assert.deepEqual(await app.factor.begin('my-user', app.origin), {
      kind: 'failed',
      at: app.clock.now().getTime(),
    })
    assert.deepEqual(await deliveries(app), [['failure', reason, 'my-user']])
    assert.doesNotMatch(
      JSON.stringify(await app.audit()),
      new RegExp(`${codeNow(app)}|c2VjcmV0|no secret of yours`),
    )
    assert.equal(await app.useCode('my-user', codeNow(app)), true)
  }
})

test('twenty hanging deliveries do not slow the check of another code', async () => {
  const app = await start(`http://127.0.0.1:${await listenTcp(() => {})}/`, 'always', 1500)
  await enrol(app, 'other')
  const users = Array.from({ length: 20 }, (_, n) => `user-${n}`)
  for (const user of users) await enrol(app, user)
  const hanging = users.map((user) => app.factor.begin(user, app.origin))
  const started = process.hrtime.bigint()
  assert.equal(await app.useCode('other', codeNow(app)), true)
  const milliseconds = Number(process.hrtime.bigint() - started) / 1e6
  assert.ok(milliseconds < 500, `${milliseconds} ms`)
  assert.deepEqual(new Set((await Promise.all(hanging)).map(({ kind }) => kind)), new Set(['failed']))
})
