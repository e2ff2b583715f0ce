import assert from 'node:assert/strict'
import type { Person, Visit } from './person.ts'
import { quickHasher } from './quick-hasher.ts'
import type { StoredAppOptions } from './stored-app.ts'
import { codeAt, wrongCodeAt } from './totp-codes.ts'
import type { TwoFactorApp } from './two-factor-app.ts'
import { startTwoFactorApp } from './two-factor-app.ts'

export const ENABLE = '/auth/two-factor/enable'
export const DISABLE = '/auth/two-factor/disable'

/** The key in the text of the enable page. */
export const keyOn = (visit: Visit): string => {
  assert.equal(visit.status, 200, visit.body)
  return visit.page.querySelector('.cs-key')?.text.replaceAll(/\s/g, '') ?? assert.fail('no key')
}

/** What an authenticator shows now, or `offset` steps from now. */
export const codeOf = (app: TwoFactorApp, key: string, offset = 0): string =>
  codeAt(key, app.clock.now(), offset)

/** A code that is none of the steps near now. */
export const wrongCodeOf = (app: TwoFactorApp, key: string): string => wrongCodeAt(key, app.clock.now())

const PASSWORD_HASH = await quickHasher.hash('password')

/** An app in which `my-user` with the password `password` is signed in and `bob` exists. */
export const start = async (options: StoredAppOptions = {}) => {
  const app = await startTwoFactorApp(options)
  await app.configure({ issuerName: 'my-app' })
  await app.addUser({ id: 'my-user', email: 'me@example.org' }, PASSWORD_HASH)
  await app.addUser({ id: 'bob' })
  return { app, person: await app.signIn('my-user') }
}

/** For tests of the least length of a password. */
export const AT_LEAST_8 = { env: { COUNTERSIGN_PASSWORD_MIN_LENGTH: '8' } }

/** Enables two-factor as a person does. */
export const enable = async (app: TwoFactorApp, person: Person, fields: Record<string, string> = {}) => {
  const visit = await person.visit(ENABLE)
  const key = keyOn(visit)
  return { key, answer: await person.submit(visit, { token: codeOf(app, key), ...fields }, ENABLE) }
}

/** The browsers that are no strangers to my-user. */
export const knownDevices = ({ database }: Pick<TwoFactorApp, 'database'>) =>
  database.all(database.sql.selectFrom('known_device').select('device_id').where('user_id', '=', 'my-user'))
