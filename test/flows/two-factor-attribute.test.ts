import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { TwoFactorInput } from '../../src/accounts/two-factor-attribute.ts'
import { Problem } from '../../src/kernel/problem.ts'
import type { TwoFactorApp } from '../support/two-factor-app.ts'
import { codeOf, enable, start, wrongCodeOf } from '../support/two-factor-steps.ts'

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const STEP = 30_000

/** What a PUT or PATCH of the User does with its `twoFactor`. */
const write = async (app: TwoFactorApp, value: TwoFactorInput | null): Promise<string> => {
  const current = (await app.twoFactor.read(['my-user'])).get('my-user')
  const { steps, change } = await app.twoFactor.writeSteps('my-user', value, current)
  if (steps.length > 0) assert.equal((await app.database.transact(steps)).kind, 'committed')
  return change
}

const view = async (app: TwoFactorApp) => (await app.twoFactor.read(['my-user'])).get('my-user')

const refusal = (path: string) => (error: unknown) =>
  error instanceof Problem && error.details.kind === 'invalid' && error.details.issues[0]?.path === path

test('an administrator imports a secret of another system, and its codes sign in', async () => {
  const { app } = await start()
  assert.equal(
    await write(app, { enabled: true, secretKey: SECRET.toLowerCase(), transport: 'sms' }),
    'enabled',
  )
  assert.deepEqual(await view(app), { enabled: true, transport: 'sms' })
  assert.equal(await app.useCode('my-user', codeOf(app, SECRET)), true)
  app.clock.advance(STEP)
  assert.equal(await write(app, { enabled: true, secretKey: 'GEZDGNBVGY3TQOJQ' }), 'changed')
  assert.deepEqual(await view(app), { enabled: true, transport: 'sms' })
  assert.equal(await app.useCode('my-user', codeOf(app, SECRET)), false)
  assert.equal(await app.useCode('my-user', codeOf(app, 'GEZDGNBVGY3TQOJQ')), true)
})

test('enabling without a stored or given secret is refused, also where one was stored once', async () => {
  const { app } = await start()
  await assert.rejects(write(app, { enabled: true }), refusal('User.twoFactor.enabled'))
  await write(app, { enabled: true, secretKey: SECRET })
  assert.equal(await write(app, { enabled: true }), 'none')
  await write(app, { enabled: false })
  await assert.rejects(write(app, { enabled: true }), refusal('User.twoFactor.enabled'))
})

test('a pending secret does not count as a stored one', async () => {
  const { app, person } = await start()
  await person.visit('/auth/two-factor/enable')
  assert.deepEqual(await view(app), { enabled: false })
  await assert.rejects(write(app, { enabled: true }), refusal('User.twoFactor.enabled'))
})

test('what is no Base32 secret is refused, naming the attribute', async () => {
  const { app } = await start()
  for (const secretKey of ['', '***', 'short', 'GEZDGNBVGY3TQOJ1', 'GEZDGNBVGY3TQOJQG'])
    for (const enabled of [true, false])
      await assert.rejects(write(app, { enabled, secretKey }), refusal('User.twoFactor.secretKey'))
})

test('a secret given with enabled: false is not kept', async () => {
  const { app } = await start()
  await write(app, { enabled: false, secretKey: SECRET })
  assert.deepEqual(await view(app), { enabled: false })
  assert.equal(await app.useCode('my-user', codeOf(app, SECRET)), false)
  await assert.rejects(write(app, { enabled: true }), refusal('User.twoFactor.enabled'))
})

for (const value of [null, { enabled: false }] as const) {
  test(`${JSON.stringify(value)} switches it off, once`, async () => {
    const { app, person } = await start()
    assert.equal(await write(app, null), 'none')
    const { key } = await enable(app, person)
    assert.equal(await write(app, value), 'disabled')
    assert.deepEqual(await view(app), { enabled: false })
    assert.equal(await write(app, value), 'none')
    app.clock.advance(STEP)
    assert.equal(await app.useCode('my-user', codeOf(app, key)), false)
  })
}

test('the transport can be set and taken away alone, and left out it stays', async () => {
  const { app } = await start()
  await write(app, { enabled: true, secretKey: SECRET })
  assert.equal(await write(app, { transport: 'email' }), 'changed')
  assert.deepEqual(await view(app), { enabled: true, transport: 'email' })
  assert.equal(await write(app, { enabled: true }), 'none')
  assert.equal(await write(app, { enabled: true, transport: null }), 'changed')
  assert.deepEqual(await view(app), { enabled: true })
})

test('the same secret again changes nothing, and no write brings a used code back', async () => {
  const { app } = await start()
  await write(app, { enabled: true, secretKey: SECRET })
  const code = codeOf(app, SECRET)
  assert.equal(await app.useCode('my-user', code), true)
  assert.equal(await write(app, { enabled: true, secretKey: SECRET }), 'none')
  assert.equal(await app.useCode('my-user', code), false)
  await write(app, { enabled: false })
  await write(app, { enabled: true, secretKey: SECRET })
  assert.equal(await app.useCode('my-user', code), false)
})

test('an administrator’s reset lets a user who guessed wrong too often enrol again', async () => {
  const { app, person } = await start()
  const { key } = await enable(app, person)
  const guess = { userId: 'my-user', answer: wrongCodeOf(app, key), origin: app.origin }
  for (let n = 0; n < 5; n++) await app.factor.countWrong(guess, [])
  assert.equal((await app.factor.check(guess)).kind, 'throttled')
  await write(app, { enabled: false })
  assert.equal((await enable(app, person)).answer.status, 303)
})

test('a deleted user leaves nothing behind', async () => {
  const { app, person } = await start()
  await enable(app, person)
  await app.database.transact(app.twoFactor.deleteSteps('my-user'))
  assert.equal(await view(app), undefined)
})
