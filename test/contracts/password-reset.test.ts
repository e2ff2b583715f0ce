import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { anyone, CONFIRM, coded, forceReset, RESET, setToken } from '../support/password-reset.ts'
import { startStoredApp } from '../support/stored-app.ts'
import { codeAt } from '../support/totp-codes.ts'

const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const INVALID = [400, 'password_reset_token_invalid']

const fifty = <T>(call: (n: number) => Promise<T>): Promise<readonly T[]> =>
  Promise.all(Array.from({ length: 50 }, (_, n) => call(n)))

forEachDatabaseConfig('A link to a new password', (fresh) => {
  const start = async (isEnrolled: boolean) => {
    const config = await fresh()
    const app = await startStoredApp({ config })
    const other = await startStoredApp({ config, clock: app.clock })
    const twoFactor = isEnrolled ? { twoFactor: { enabled: true, secretKey: KEY } } : {}
    assert.equal((await app.rest('PUT', '/User/ann', { password: 'password', ...twoFactor })).status, 201)
    const calls = [anyone(app), anyone(other)] as const
    return { app, call: (n: number) => calls[n % 2] ?? calls[0] }
  }
  const isPassword = async (app: Awaited<ReturnType<typeof start>>['app'], password: string) => {
    const person = app.person()
    const form = await person.visit('/auth/login')
    return (await person.submit(form, { username: 'ann', password })).status === 303
  }

  it('of fifty uses at once, at two processes, one sets the password', async () => {
    const { app, call } = await start(false)
    const { token } = await forceReset(app, 'ann')
    const answers = await fifty((n) => call(n)(RESET, { token, newPassword: `new words number ${n}` }))
    const won = answers.flatMap(({ status }, n) => (status === 200 ? [n] : []))
    assert.equal(won.length, 1)
    for (const [n, answer] of answers.entries())
      if (n !== won[0] && answer.status !== 503) assert.deepEqual(coded(answer), INVALID)
    assert(await isPassword(app, `new words number ${won[0]}`))
  })

  it('of fifty equal codes at once one is taken, and what it gives sets one password', async () => {
    const { app, call } = await start(true)
    const { token } = await forceReset(app, 'ann')
    const totp = codeAt(KEY, app.clock.now())
    const codes = await fifty((n) => call(n)(CONFIRM, { token, totp }))
    const right = codes.filter(({ status }) => status === 200)
    assert.equal(right.length, 1)
    const [first] = right
    const set = setToken(first ?? assert.fail())
    const answers = await fifty((n) => call(n)(RESET, { token: set, newPassword: `new words number ${n}` }))
    assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  })

  it('a link that is used while it is replaced either sets a password that is gone again, or sets none', async () => {
    const { app, call } = await start(false)
    for (let round = 0; round < 8; round++) {
      const { token } = await forceReset(app, 'ann')
      const [used, next] = await Promise.all([
        call(0)(RESET, { token, newPassword: 'set meanwhile' }),
        forceReset(app, 'ann'),
      ])
      assert([200, 400].includes(used.status))
      assert.equal((await app.stores.passwords.find('ann'))?.hash, undefined)
      assert.equal((await call(1)(RESET, { token, newPassword: 'set too late' })).status, 400)
      assert.equal((await call(1)(RESET, { token: next.token, newPassword: 'set in time' })).status, 200)
    }
  })
})
