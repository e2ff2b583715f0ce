import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { systemPause } from '../../src/kernel/clock.ts'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { createFakeClock } from '../support/fake-clock.ts'
import type { TokenAnswer } from '../support/oauth-client.ts'
import { postToken, SECRET } from '../support/oauth-client.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

const CROWD = 8
/** `password`, as other servers export it (scrypt, N = 2^15). */
const IMPORTED = '$s0$f0801$AAECAwQFBgcICQoLDA0ODw==$K/gjePbExfjBPZ6zI0UvnjegYpH8ALL1r66PytIvM+M='

forEachDatabaseConfig('equal password grants at once, in two processes', (fresh) => {
  let apps: readonly [SignInApp, SignInApp]
  before(async () => {
    const shared = { config: await fresh(), clock: createFakeClock(), pause: systemPause }
    apps = [await startSignInApp(shared), await startSignInApp(shared)]
    await apps[0].addClient('native', { grant_types: ['password'] }, SECRET)
    for (const id of ['ann', 'bob']) {
      await apps[0].addUser({ id })
      await apps[0].enableTotp(id)
    }
    await apps[0].addUser({ id: 'imported' }, IMPORTED)
  })
  const ask = (app: SignInApp, parameters: Readonly<Record<string, string>>): Promise<TokenAnswer> =>
    postToken(app, { grant_type: 'password', client_id: 'native', client_secret: SECRET, ...parameters })
  const crowd = async (parameters: Readonly<Record<string, string>>): Promise<number> => {
    const answers = await Promise.all(
      Array.from({ length: CROWD }, (_, index) => ask(apps[index % 2 === 0 ? 0 : 1], parameters)),
    )
    for (const { status, body } of answers) {
      assert.ok([200, 400, 429].includes(status), String(status))
      if (status === 400) assert.equal(body.error, 'invalid_grant')
    }
    return answers.filter(({ status }) => status === 200).length
  }

  test('one code beside the password gives tokens once', async () => {
    assert.equal(await crowd({ username: 'ann', password: PASSWORD, totp: apps[0].code() }), 1)
  })

  test('one mfa_token gives tokens once, in whatever process it was made', async () => {
    const { body } = await ask(apps[1], { username: 'bob', password: PASSWORD })
    assert.equal(await crowd({ mfa_token: String(body.mfa_token), totp: apps[0].code() }), 1)
  })

  test('a password whose hash is made better meanwhile is right for all of them', async () => {
    assert.equal(await crowd({ username: 'imported', password: 'password' }), CROWD)
  })
})
