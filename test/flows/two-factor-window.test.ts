import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oathtoolCode } from '../support/authenticator.ts'
import type { TwoFactorApp } from '../support/two-factor-app.ts'
import { startTwoFactorApp } from '../support/two-factor-app.ts'

const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const STEP = 30_000

/** The code of a step as another program computes it. */
const codeAt = (app: TwoFactorApp, offset: number): Promise<string> =>
  oathtoolCode(SECRET, new Date(app.clock.now().getTime() + offset * STEP))

const addEnrolled = async (app: TwoFactorApp, id: string): Promise<void> => {
  await app.addUser({ id })
  await app.database.transact(
    (await app.twoFactor.writeSteps(id, { enabled: true, secretKey: SECRET }, undefined)).steps,
  )
}

for (const past of [0, 1, 3]) {
  test(`validPastTokensCount ${past}: exactly T−${past} … T sign in, each on an account that used none`, async () => {
    const app = await startTwoFactorApp()
    await app.configure({ validPastTokensCount: past })
    for (let offset = -5; offset <= 2; offset++) {
      const id = `user${offset + 5}`
      await addEnrolled(app, id)
      assert.equal(
        await app.useCode(id, await codeAt(app, offset)),
        offset >= -past && offset <= 0,
        `T${offset}`,
      )
    }
  })

  test(`validPastTokensCount ${past}: a used step ends itself and all earlier ones`, async () => {
    const app = await startTwoFactorApp()
    await app.configure({ validPastTokensCount: past })
    for (let used = -past; used <= 0; used++) {
      const id = `user${-used}`
      await addEnrolled(app, id)
      assert.equal(await app.useCode(id, await codeAt(app, used)), true)
      for (let offset = -past; offset <= used; offset++)
        assert.equal(await app.useCode(id, await codeAt(app, offset)), false, `T${used}, then T${offset}`)
      if (used < 0) assert.equal(await app.useCode(id, await codeAt(app, used + 1)), true)
    }
  })
}

test('a used code stays used in the next step and when the clock is put back', async () => {
  const app = await startTwoFactorApp()
  await app.configure({ validPastTokensCount: 3 })
  await addEnrolled(app, 'my-user')
  app.clock.advance(STEP - 1)
  const code = await codeAt(app, 0)
  assert.equal(await app.useCode('my-user', code), true)
  app.clock.advance(2000)
  for (const spelling of [code, ` ${code}`, `${code} `, `${code.slice(0, 3)} ${code.slice(3)}`])
    assert.equal(await app.useCode('my-user', spelling), false)
  app.clock.advance(-60_000)
  assert.equal(await app.useCode('my-user', await codeAt(app, 0)), false)
})

test('fifty identical right codes at once sign in once', async () => {
  const app = await startTwoFactorApp()
  await addEnrolled(app, 'my-user')
  const code = await codeAt(app, 0)
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => app.useCode('my-user', code)))
  assert.equal(outcomes.filter(Boolean).length, 1)
})
