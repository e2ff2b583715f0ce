import type { Answer, Ask, Connection } from './connection.ts'
import type { BenchClient, BenchUser } from './countersign.ts'
import { REDIRECT_URI } from './countersign.ts'
import { expectStatus, timed } from './load.ts'

export interface SignedIn {
  /** Where the browser was sent: the client, with a code. */
  readonly code: string
  readonly cookie: string
}

const MOST_HOPS = 6
const CODE_FIELD = 'token'

/**
 * A whole two-factor sign-in as a browser does it: the login page with an OAuth query, the password, the code page,
 * the code, and every redirect up to the one that leads to the client.
 * @throws {Error} when a page or the redirect is not what was expected
 */
export const signIn = async (
  connection: Connection,
  origin: string,
  client: BenchClient,
  user: BenchUser,
): Promise<SignedIn> => {
  const browser = createBrowser(connection, origin)
  const login = await browser.open(`/auth/login?${authorizationQuery(client)}`)
  const codePage = await browser.submit(login, { username: user.id, password: user.password })
  const last = await browser.submit(codePage, { [CODE_FIELD]: user.code() })
  return { code: codeOf(last.answer), cookie: browser.cookie() }
}

/**
 * The same sign-in from one's own UI, in JSON: two requests, the password with the OAuth query and the code. Answers how
 * many milliseconds the server took for both.
 * @throws {Error} when an answer is not what was expected
 */
export const signInByJson = async (
  connection: Connection,
  origin: string,
  client: BenchClient,
  user: BenchUser,
): Promise<number> => {
  const browser = createBrowser(connection, origin)
  const first = await browser.post(`/auth/login?${authorizationQuery(client)}`, {
    username: user.id,
    password: user.password,
  })
  const { pending } = JSON.parse(first.answer.body)
  const second = await browser.post('/auth/login/2fa/confirm', { pending, [CODE_FIELD]: user.code() })
  const { redirect } = JSON.parse(second.answer.body)
  codeOf({ ...second.answer, headers: { location: redirect } })
  return first.milliseconds + second.milliseconds
}

export const authorizationQuery = (client: BenchClient): string =>
  new URLSearchParams({
    client_id: client.id,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    state: 'state-of-the-benchmark',
  }).toString()

/** The code that a redirect carries to the client. */
export const codeOf = (answer: Answer): string => {
  const code = /^http:\/\/localhost:3001\/?\?(?:.*&)?code=([^&]+)/.exec(locationOf(answer) ?? '')?.[1]
  if (code === undefined)
    throw new Error(
      `expected a redirect to the client, got ${answer.status} ${locationOf(answer)}: ${answer.body.slice(0, 500)}`,
    )
  return code
}

const locationOf = (answer: Answer): string | undefined => {
  const location = answer.headers.location
  return typeof location === 'string' ? location : location?.[0]
}

interface Visit {
  readonly path: string
  readonly answer: Answer
}

/** Keeps cookies, sends forms, follows redirects within the origin. Reads pages with two regular expressions, to be cheap. */
export const createBrowser = (connection: Connection, origin: string) => {
  const cookies = new Map<string, string>()
  const cookie = (): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')

  const send = async (ask: Ask): Promise<Visit> => {
    const answer = await connection.send({
      ...ask,
      headers: { accept: 'text/html', ...ask.headers, cookie: cookie() },
    })
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) keepCookie(cookies, line)
    return { path: ask.path, answer }
  }

  const follow = async (visit: Visit): Promise<Visit> => {
    let current = visit
    for (let hop = 0; hop < MOST_HOPS; hop += 1) {
      const location = locationOf(current.answer)
      if (location === undefined) return current
      const target = new URL(location, origin + current.path)
      if (target.origin !== origin) return current
      current = await send({ path: target.pathname + target.search })
    }
    throw new Error(`more than ${MOST_HOPS} redirects from ${visit.path}`)
  }

  return {
    cookie,
    post: async (path: string, body: Readonly<Record<string, string>>) => {
      const ask = {
        path,
        method: 'POST',
        body: JSON.stringify(body),
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          origin,
          'sec-fetch-site': 'same-origin',
        },
      } as const
      const { milliseconds, result } = await timed(() => send(ask))
      return { milliseconds, answer: expectStatus(ask, result.answer, 200) }
    },
    open: async (path: string) => follow(await send({ path })),
    submit: async (visit: Visit, fields: Readonly<Record<string, string>>) => {
      expectStatus({ path: visit.path }, visit.answer, 200)
      const { action, hidden } = formWith(Object.keys(fields), visit)
      return follow(
        await send({
          path: action,
          method: 'POST',
          body: new URLSearchParams({ ...hidden, ...fields }).toString(),
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            origin,
            'sec-fetch-site': 'same-origin',
          },
        }),
      )
    },
  }
}

const keepCookie = (cookies: Map<string, string>, line: string): void => {
  const [pair = ''] = line.split(';')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, equals)
  if (/;\s*max-age=0/i.test(line)) cookies.delete(name)
  else cookies.set(name, pair.slice(equals + 1))
}

/** The form of a page that has these fields: where it goes and its hidden fields. */
const formWith = (fields: readonly string[], { path, answer }: Visit) => {
  const forms = [...answer.body.matchAll(/<form\b[^>]*>[\s\S]*?<\/form>/g)].map(([form]) => form)
  const form = forms.find((one) => fields.every((field) => one.includes(`name="${field}"`)))
  if (form === undefined)
    throw new Error(`no form with ${fields.join(', ')} on ${path}: ${answer.body.slice(0, 500)}`)
  const hidden: Record<string, string> = {}
  for (const [input] of form.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
    const name = attribute(input, 'name')
    if (name !== undefined) hidden[name] = attribute(input, 'value') ?? ''
  }
  return { action: attribute(form, 'action') ?? path, hidden }
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`)
    .exec(tag)?.[1]
    ?.replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
