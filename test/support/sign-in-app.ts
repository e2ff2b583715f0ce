// The application, with people who can sign in and a client that waits for them.
import assert from 'node:assert/strict'
import { hashSecretToken } from '../../src/kernel/secret-token.ts'
import { answerOf, MYWEBAPP, redeem, SECRET } from './oauth-client.ts'
import type { Person, Visit } from './person.ts'
import { quickHasher } from './quick-hasher.ts'
import type { StoredAppOptions } from './stored-app.ts'
import { startStoredApp } from './stored-app.ts'
import type { StoredUser } from './stored-users.ts'
import { codeAt, wrongCodeAt } from './totp-codes.ts'

export const PASSWORD = 'correct horse battery'
const SECRET_OF_CODES = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const PASSWORD_HASH = await quickHasher.hash(PASSWORD)

export type SignInApp = Awaited<ReturnType<typeof startSignInApp>>

export async function startSignInApp(options: StoredAppOptions = {}) {
  const app = await startStoredApp(options)
  const { clock, database, stores } = app
  const { sessions, totp } = stores
  await app.addClient('mywebapp', { ...MYWEBAPP, name: 'My web app' }, SECRET)
  const configure = async (settings: object): Promise<void> => {
    const answer = await app.rest('PUT', '/AuthConfig/settings', { asidCookieMaxAge: 3600, ...settings })
    assert.ok(answer.ok, await answer.text())
  }
  await configure({})

  const code = (steps = 0): string => codeAt(SECRET_OF_CODES, clock.now(), steps)
  const logIn = async (
    person: Person,
    username: string,
    password = PASSWORD,
    path = '/auth/login',
  ): Promise<Visit> => person.submit(await person.visit(path), { username, password }, '/auth/login')

  return {
    ...app,
    code,
    logIn,
    /** Has codes sent to this endpoint from now on. */
    sendCodesTo: (endpoint: string): Promise<void> => configure({ twoFactor: { webhook: { endpoint } } }),
    /** A code that no step in reach has. */
    wrongCode: (): string => wrongCodeAt(SECRET_OF_CODES, clock.now()),
    sessionOfPerson: (person: Person) =>
      sessions.findBrowserSession(hashSecretToken(person.cookies.get('ASID') ?? ''), clock.now()),
    addUser: (user: StoredUser, hash: string = PASSWORD_HASH): Promise<void> => app.addUser(user, hash),
    enableTotp: (userId: string) =>
      database.transact([totp.replace(userId, SECRET_OF_CODES, null, clock.now())]),
    disableTotp: (userId: string) => database.transact([totp.disable(userId, clock.now())]),
    /** Both steps, in a browser that is at the first. */
    signInWithCode: async (person: Person, username: string, path?: string): Promise<Visit> => {
      const codePage = await person.follow(await logIn(person, username, PASSWORD, path))
      return person.submit(codePage, { token: code() }, '/confirm')
    },
    isSignedIn: async (person: Person): Promise<boolean> => (await person.send('/')).status === 200,
    /** Whom the waiting client gets to know when a browser is sent there. */
    userOf: async (location: string | undefined): Promise<unknown> => {
      const { body } = await redeem(app, answerOf(location).get('code') ?? '')
      return (body.userinfo as { readonly id: unknown } | undefined)?.id
    },
    /** What people did, not what programs wrote: the first start gives the administrator a password. */
    audit: async () => {
      const query = database.sql
        .selectFrom('audit_event')
        .select(['event', 'outcome', 'reason', 'user_id'])
        .where('event', 'not like', 'resource-%')
        .where((row) => row.or([row('user_id', 'is', null), row('user_id', '<>', 'admin')]))
      return (await database.all(query.orderBy('at'))).map((row) =>
        [row.event, row.outcome, row.reason, row.user_id].filter((part) => part !== null).join(' '),
      )
    },
  }
}
