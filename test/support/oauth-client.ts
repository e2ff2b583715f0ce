// An application as the OAuth tests play it.
import type { JsonObject } from '../../src/kernel/json.ts'
import type { Person } from './person.ts'
import type { StoredApp } from './stored-app.ts'

export const SECRET = 'verysecret-verysecret-verysecret-verysecret'
export const REDIRECT_URI = 'http://localhost:3001'

/** The client of the page the project began with. */
export const MYWEBAPP: JsonObject = {
  first_party: true,
  grant_types: ['code'],
  auth: {
    authorization_code: {
      redirect_uri: REDIRECT_URI,
      access_token_expiration: 360,
      token_format: 'jwt',
      secret_required: true,
      refresh_token: true,
    },
  },
}

/** The client of {@link MYWEBAPP} with other settings of the code flow. */
export const webapp = (settings: JsonObject, attributes: JsonObject = {}): JsonObject => ({
  ...MYWEBAPP,
  auth: {
    authorization_code: { redirect_uri: REDIRECT_URI, refresh_token: true, ...settings },
  },
  ...attributes,
})

/** Where requests to an authorization server go. */
export type Endpoints = Pick<StoredApp, 'url' | 'fetch'>

export interface TokenAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Record<string, unknown>
}

export const postToken = async (
  app: Endpoints,
  parameters: Readonly<Record<string, string>> | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> => {
  const body = typeof parameters === 'string' ? parameters : new URLSearchParams(parameters).toString()
  const response = await app.fetch(
    new Request(`${app.url}/auth/token`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    }),
  )
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  }
}

export const basic = (id: string, secret: string): { readonly authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

/** A browser in which the user is signed in. */
export const signedInBrowser = async (app: StoredApp, userId = 'my-user'): Promise<Person> => {
  const person = app.person()
  person.cookies.set('ASID', (await app.signIn(userId)).cookie)
  return person
}

export const authorizePath = (parameters: Readonly<Record<string, string>>): string =>
  `/auth/authorize?${new URLSearchParams({ client_id: 'mywebapp', response_type: 'code', ...parameters })}`

/** The parameters that came back to the client. */
export const answerOf = (location: string | undefined): URLSearchParams => {
  if (location === undefined || !location.startsWith(REDIRECT_URI))
    throw new Error(`not sent to the client but to ${location}`)
  return new URL(location).searchParams
}

/** Goes through the authorization endpoint as a signed-in user and answers the code. */
export const obtainCode = async (
  app: StoredApp,
  parameters: Readonly<Record<string, string>> = {},
  person?: Person,
): Promise<string> => {
  const browser = person ?? (await signedInBrowser(app))
  const { location } = await browser.send(authorizePath(parameters))
  const code = answerOf(location).get('code')
  if (code === null) throw new Error(`no code in ${location}`)
  return code
}

export const redeem = (
  app: Endpoints,
  code: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> =>
  postToken(app, {
    grant_type: 'authorization_code',
    client_id: 'mywebapp',
    client_secret: SECRET,
    code,
    ...parameters,
  })

export const refresh = (
  app: Endpoints,
  token: unknown,
  parameters: Readonly<Record<string, string>> = {},
): Promise<TokenAnswer> =>
  postToken(app, {
    grant_type: 'refresh_token',
    client_id: 'mywebapp',
    client_secret: SECRET,
    refresh_token: String(token),
    ...parameters,
  })

export const userinfo = (app: Endpoints, headers: Readonly<Record<string, string>>): Promise<Response> =>
  Promise.resolve(app.fetch(new Request(`${app.url}/auth/userinfo`, { headers })))

/** The status that userinfo answers to the access token. */
export const statusOf = async (app: Endpoints, accessToken: unknown): Promise<number> =>
  (await userinfo(app, { authorization: `Bearer ${accessToken}` })).status
