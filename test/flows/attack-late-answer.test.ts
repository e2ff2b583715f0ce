// A right password whose check takes so long that the budget is used up meanwhile: it must not be told to be right, or
// whoever guesses many at once gets more tries than five.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PasswordHasher } from '../../src/accounts/password-hasher.ts'
import { MYWEBAPP, postToken, SECRET } from '../support/oauth-client.ts'
import { callFrom } from '../support/own-ui.ts'
import type { Person } from '../support/person.ts'
import { quickHasher } from '../support/quick-hasher.ts'
import type { SignInApp } from '../support/sign-in-app.ts'
import { PASSWORD, startSignInApp } from '../support/sign-in-app.ts'

/** Holds what it found to be right until it is let go. */
const holdingHasher = () => {
  const [found, letGo] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const hasher: PasswordHasher = {
    ...quickHasher,
    verify: async (hash, password) => {
      const isRight = await quickHasher.verify(hash, password)
      if (isRight) {
        found.resolve()
        await letGo.promise
      }
      return isRight
    },
  }
  return { hasher, found: found.promise, letGo: letGo.resolve }
}

const WAYS: Readonly<
  Record<string, (app: SignInApp, person: Person) => Promise<{ readonly status: number }>>
> = {
  'at the sign-in page': (app, person) => app.logIn(person, 'ann'),
  'at the sign-in page, with a second factor to come': async (app, person) => {
    await app.enableTotp('ann')
    return app.logIn(person, 'ann')
  },
  'by the password grant': (app) =>
    postToken(app, {
      grant_type: 'password',
      client_id: 'native',
      client_secret: SECRET,
      username: 'ann',
      password: PASSWORD,
    }),
  'as the current password, that the new one may not be': async (app, person) => {
    person.cookies.set('ASID', (await app.signIn('ann')).cookie)
    return callFrom(person)('/auth/change-password', { currentPassword: PASSWORD, newPassword: PASSWORD })
  },
}

for (const [title, tryRight] of Object.entries(WAYS))
  test(`a right password ${title} is refused once others used up the budget`, async () => {
    const { hasher, found, letGo } = holdingHasher()
    const app = await startSignInApp({ hasher })
    await app.addUser({ id: 'ann' })
    await app.addClient('native', { ...MYWEBAPP, grant_types: ['password'] }, SECRET)
    const right = tryRight(app, app.person())
    await found
    for (let wrong = 0; wrong < 5; wrong += 1)
      assert.equal((await app.logIn(app.person(), 'ann', 'wrong')).status, 422)
    letGo()
    assert.equal((await right).status, 429)
  })
