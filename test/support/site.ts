// What people, applications and the root client do at a public address, whichever server process answers there.

import type { Person, Visit } from './person.ts'
import { createPerson } from './person.ts'
import { SEED_CLIENT } from './seed.ts'
import { ROOT_AUTHORIZATION } from './server-process.ts'
import { codeAt, wrongCodeAt } from './totp-codes.ts'

export const SITE_URL = 'http://localhost:8080'
export const PASSWORD = 'password'
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const AUTHORIZE = '/auth/authorize?client_id=mywebapp&response_type=code'

/** What processes of one site share in their environment. */
export const SITE_ENV = {
  COUNTERSIGN_URL: SITE_URL,
  COUNTERSIGN_SECRET_KEY: Buffer.alloc(32, 5).toString('base64'),
  COUNTERSIGN_TRUST_PROXY: '1',
} as const

export interface Tokens {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

export type Site = ReturnType<typeof createSite>

/** `pick` names the process that gets the next request, by its own URL. */
export const createSite = (pick: () => string) => {
  const send = (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url)
    return fetch(new Request(`${pick()}${pathname}${search}`, request))
  }
  const rest = async (method: string, path: string, body?: unknown): Promise<Response> =>
    send(
      new Request(`${SITE_URL}${path}`, {
        method,
        headers: { authorization: ROOT_AUTHORIZATION, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
  const person = (address = '192.0.2.1'): Person =>
    createPerson(SITE_URL, send, { 'x-forwarded-for': address })

  const token = async (grant: Readonly<Record<string, string>>): Promise<Tokens> => {
    const response = await send(
      new Request(`${SITE_URL}/auth/token`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: 'mywebapp', client_secret: 'verysecret', ...grant }),
      }),
    )
    return { status: response.status, body: (await response.json()) as Tokens['body'] }
  }

  /** Right now, or so many steps ago; each works once. */
  const code = (stepsAgo = 0): string => codeAt(SECRET, new Date(), -stepsAgo)
  /** A code of no step in reach, for at least ten minutes. */
  const wrongCode = (): string => wrongCodeAt(SECRET, new Date())

  /** The first step: where a browser stands after the right password. */
  const enterPassword = async (browser: Person, id: string, path = '/auth/login'): Promise<Visit> =>
    browser.follow(await browser.submit(await browser.visit(path), { username: id, password: PASSWORD }))

  return {
    send,
    rest,
    person,
    token,
    code,
    wrongCode,
    enterPassword,
    /** Creates the client of the page, four codes being good at a time. */
    prepare: async (webhook?: object): Promise<void> => {
      await rest('PUT', '/AuthConfig/myconfig', {
        twoFactor: { validPastTokensCount: 3, ...(webhook === undefined ? {} : { webhook }) },
      })
      await mustBe(201, () =>
        send(
          new Request(`${SITE_URL}/Client/mywebapp`, {
            method: 'PUT',
            headers: { authorization: ROOT_AUTHORIZATION, 'content-type': 'text/yaml' },
            body: SEED_CLIENT,
          }),
        ),
      )
    },
    /** A user who signs in with {@link PASSWORD} and the codes of `code`; all users share one key. */
    addUser: (id: string): Promise<void> =>
      mustBe(201, () =>
        rest('PUT', `/User/${id}`, {
          password: PASSWORD,
          twoFactor: { enabled: true, secretKey: SECRET },
        }),
      ),
    /** Both steps; the answer is that to the code. */
    signIn: async (
      browser: Person,
      id: string,
      { token = code(), path = '/auth/login' }: { readonly token?: string; readonly path?: string } = {},
    ): Promise<Visit> => browser.submit(await enterPassword(browser, id, path), { token }, '/confirm'),
    isSignedIn: async (browser: Person): Promise<boolean> =>
      (await browser.send('/auth/two-factor')).status === 200,
    /** What the client gets when a signed-in browser comes to authorize it. */
    authorizationCode: async (browser: Person): Promise<string> => {
      const { location } = await browser.send(AUTHORIZE)
      return new URL(location ?? '').searchParams.get('code') ?? ''
    },
  }
}

const mustBe = async (status: number, call: () => Promise<Response>): Promise<void> => {
  const response = await call()
  if (response.status !== status) throw new Error(`${response.status}: ${await response.text()}`)
}
