// What the attacks on the whole application have in common: accounts of known secrets, and ways to look behind the answers.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Person, Visit } from './person.ts'
import { SEED_CLIENT } from './seed.ts'
import type { TestApp, TestAppOptions } from './test-app.ts'
import { startTestApp } from './test-app.ts'
import { codeAt, wrongCodeAt } from './totp-codes.ts'

export const KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
export const PASSWORD = 'password'
export const FORM = 'application/x-www-form-urlencoded'
export const STEP = 30_000
export const CODE_PATH = '/auth/login/2fa/confirm'
export const LOGIN = '/auth/login'
export const DISABLE = '/auth/two-factor/disable'
export const ENABLE = '/auth/two-factor/enable'

export type Target = Awaited<ReturnType<typeof startTarget>>

/** The application with the client `mywebapp`; `start` may listen on a port. */
export async function startTarget(
  options: TestAppOptions & { readonly pastCodes?: number; readonly webhook?: object } = {},
  start: (options: TestAppOptions) => Promise<TestApp> = startTestApp,
) {
  const server = await start(options)
  const { pastCodes: validPastTokensCount = 1, webhook } = options
  await server.rest('PUT', '/AuthConfig/settings', {
    twoFactor: { validPastTokensCount, ...(webhook === undefined ? {} : { webhook }) },
  })
  await server.rest('PUT', '/Client/mywebapp', SEED_CLIENT)

  const logIn = async (person: Person, username: string, password = PASSWORD, path = LOGIN): Promise<Visit> =>
    person.submit(await person.visit(path), { username, password }, LOGIN)
  const code = (offset = 0, key = KEY): string => codeAt(key, server.clock.now(), offset)

  return {
    ...server,
    logIn,
    code,
    /** A code that no step in reach has. */
    wrongCode: (): string => wrongCodeAt(KEY, server.clock.now()),
    /** A user with the password `password`; `isEnrolled` with an authenticator that has {@link KEY}. */
    addUser: async (id: string, isEnrolled = true, attributes: object = {}): Promise<void> => {
      const twoFactor = isEnrolled ? { twoFactor: { enabled: true, secretKey: KEY } } : {}
      const answer = await server.rest('PUT', `/User/${id}`, {
        password: PASSWORD,
        ...twoFactor,
        ...attributes,
      })
      assert.equal(answer.status, 201, await answer.text())
    },
    atCodePage: async (person: Person, username: string, path?: string): Promise<Visit> => {
      const visit = await person.follow(await logIn(person, username, PASSWORD, path))
      assert.equal(new URL(visit.url).pathname, CODE_PATH, visit.body)
      return visit
    },
    isSignedIn: async (person: Person): Promise<boolean> => (await person.send('/')).status === 200,
    /** As after so many wrong answers in a row, of which the last was an hour ago; at least one must have been given. */
    countAsWrong: (key: string, failures: number): void => {
      const file = new DatabaseSync(join(server.directory, 'countersign.db'), { timeout: 5000 })
      const changed = file
        .prepare('update throttle set failures = ?, blocked_until = 0 where key = ?')
        .run(failures, key).changes
      file.close()
      assert.equal(Number(changed), 1, key)
    },
    /** Reads the file of the SQLite database, as somebody who stole it does. */
    rows: (sql: string): readonly Record<string, unknown>[] => {
      const file = new DatabaseSync(join(server.directory, 'countersign.db'), { readOnly: true })
      try {
        return file.prepare(sql).all()
      } finally {
        file.close()
      }
    },
  }
}

/** The hidden token of a page's form. */
export const csrfOf = (visit: Visit): string =>
  visit.page.querySelector('input[name=csrf]')?.getAttribute('value') ?? assert.fail(`no form: ${visit.body}`)

/** A form sent by hand, with the headers of a browser on our own page. */
export const post = (
  person: Person,
  target: Pick<Target, 'url'>,
  path: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<Visit> =>
  person.send(path, {
    method: 'POST',
    body,
    headers: { 'content-type': FORM, origin: target.url, 'sec-fetch-site': 'same-origin', ...headers },
  })
