import assert from 'node:assert/strict'
import { it } from 'node:test'
import { forEachDatabaseConfig } from '../support/databases.ts'
import { startSignInApp } from '../support/sign-in-app.ts'

/** scrypt of `password`, as other servers keep it. */
const IMPORTED = '$s0$f0801$AAECAwQFBgcICQoLDA0ODw==$K/gjePbExfjBPZ6zI0UvnjegYpH8ALL1r66PytIvM+M='

forEachDatabaseConfig('Signing in while something changes', (fresh) => {
  it('takes the right password from all who send it at once, although each has a better hash of it', async () => {
    const app = await startSignInApp({ config: await fresh() })
    await app.addUser({ id: 'ann' }, IMPORTED)
    const visits = await Promise.all(
      ['192.0.2.1', '192.0.2.2', '192.0.2.3'].map((address) =>
        app.logIn(app.person(address), 'ann', 'password'),
      ),
    )
    assert.deepEqual(
      visits.map((visit) => visit.location),
      ['/', '/', '/'],
    )
    assert.match((await app.stores.passwords.find('ann'))?.hash ?? '', /^\$argon2id\$/)
    assert.ok((await app.audit()).every((event) => !event.includes('failure')))
  })
})
