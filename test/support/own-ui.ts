// One's own user interface, as it calls the JSON addresses.
import assert from 'node:assert/strict'
import type { JsonObject } from '../../src/kernel/json.ts'
import { answerOf, authorizePath, MYWEBAPP, redeem, SECRET } from './oauth-client.ts'
import type { Person } from './person.ts'
import { start } from './two-factor-steps.ts'

export interface JsonAnswer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

/** Status and body of an answer, to compare them at once. */
export const told = ({ status, body }: JsonAnswer): readonly [number, unknown] => [status, body]

const JSON_HEADERS = { accept: 'application/json', 'content-type': 'application/json' }

/** Calls with a bearer token; no cookie. An answer that is no JSON fails. */
export const callAs =
  (app: { readonly url: string; fetch(request: Request): Promise<Response> }, token: string | undefined) =>
  async (
    path: string,
    body: JsonObject | string = {},
    headers: Readonly<Record<string, string>> = {},
    method = 'POST',
  ): Promise<JsonAnswer> => {
    const response = await app.fetch(
      new Request(new URL(path, app.url), {
        method,
        headers: {
          ...JSON_HEADERS,
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    )
    return { status: response.status, headers: response.headers, body: parsed(await response.text()) }
  }

/** Calls with the cookies of a browser, from a page of ours or from where `headers` say. */
export const callFrom =
  (person: Person) =>
  async (
    path: string,
    body: JsonObject | string = {},
    headers: Readonly<Record<string, string>> = { 'sec-fetch-site': 'same-origin' },
  ): Promise<JsonAnswer> => {
    const visit = await person.send(path, {
      method: 'POST',
      headers: { ...JSON_HEADERS, ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: visit.status, headers: visit.headers, body: parsed(visit.body) }
  }

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>
  } catch {
    return assert.fail(`no JSON: ${text.slice(0, 500)}`)
  }
}

export const uriOf = ({ status, body }: JsonAnswer): string => {
  assert.equal(status, 200, JSON.stringify(body))
  return String(body.uri)
}

export const keyOf = (answer: JsonAnswer): string => new URL(uriOf(answer)).searchParams.get('secret') ?? ''

/** `my-user` signed in, and the operator's own app `mywebapp` that holds a token of theirs. */
export const startWithApp = async () => {
  const { app, person } = await start()
  await app.addClient('mywebapp', MYWEBAPP, SECRET)
  /** What the app gets for another authorization. */
  const tokens = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { location } = await person.send(authorizePath({}))
    return (await redeem(app, answerOf(location).get('code') ?? '')).body
  }
  const token = String((await tokens()).access_token)
  return { app, person, tokens, token, call: callAs(app, token) }
}
