import type { HTMLElement } from 'node-html-parser'
import { parse } from 'node-html-parser'

/** Anything that answers requests: an app without a socket, or `fetch` itself. */
export type Answerer = (request: Request) => Response | Promise<Response>

/** What a person sees after a request: the answer and its page. */
export interface Visit {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly body: string
  /** The Location header byte for byte. */
  readonly location: string | undefined
  readonly page: HTMLElement
}

export interface Person {
  readonly cookies: Map<string, string>
  /** Follows redirects within the origin, as a browser does; stops where another origin begins. */
  visit(path: string): Promise<Visit>
  /** One request, no redirect followed. */
  send(path: string, init?: RequestInit): Promise<Visit>
  /** Fills in and sends the form whose action contains `action` (the first form where left out); redirects are not followed. */
  submit(visit: Visit, fields: Readonly<Record<string, string>>, action?: string): Promise<Visit>
  /** Follows what a submit answered. */
  follow(visit: Visit): Promise<Visit>
  /** The same cookies in another browser: what a thief of cookies has. */
  clone(): Person
}

/** A browser without scripts: cookies, forms, redirects, the headers a browser sends. */
export const createPerson = (
  origin: string,
  answerer: Answerer,
  headers: Readonly<Record<string, string>> = {},
): Person => {
  const createWith = (cookies: Map<string, string>): Person => {
    const send = async (path: string, init: RequestInit = {}): Promise<Visit> => {
      const url = new URL(path, origin).href
      const all = new Headers({ accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', ...headers })
      for (const [name, value] of new Headers(init.headers)) all.set(name, value)
      if (cookies.size > 0)
        all.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
      const response = await answerer(new Request(url, { redirect: 'manual', ...init, headers: all }))
      for (const line of response.headers.getSetCookie()) keepCookie(cookies, line)
      const body = await response.text()
      return {
        url,
        status: response.status,
        headers: response.headers,
        body,
        location: response.headers.get('location') ?? undefined,
        page: parse(body),
      }
    }

    const follow = async (visit: Visit): Promise<Visit> => {
      let current = visit
      for (let hop = 0; hop < 10 && current.location !== undefined; hop++) {
        const target = new URL(current.location, current.url)
        if (target.origin !== origin) return current
        current = await send(target.href)
      }
      return current
    }

    const submit = async (
      visit: Visit,
      fields: Readonly<Record<string, string>>,
      action?: string,
    ): Promise<Visit> => {
      const form = visit.page
        .querySelectorAll('form')
        .find(
          (candidate) => action === undefined || (candidate.getAttribute('action') ?? '').includes(action),
        )
      if (form === undefined)
        throw new Error(
          `no form ${action ?? ''} on ${visit.url} (${visit.status}): ${visit.body.slice(0, 2000)}`,
        )
      const values = new URLSearchParams()
      for (const input of form.querySelectorAll('input[type=hidden]'))
        values.append(decode(input.getAttribute('name')), decode(input.getAttribute('value')))
      for (const [name, value] of Object.entries(fields)) values.set(name, value)
      return send(new URL(decode(form.getAttribute('action')), visit.url).href, {
        method: 'POST',
        body: values.toString(),
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          origin,
          'sec-fetch-site': 'same-origin',
          'sec-fetch-mode': 'navigate',
        },
      })
    }

    return {
      cookies,
      send,
      follow,
      submit,
      visit: async (path) => follow(await send(path)),
      clone: () => createWith(new Map(cookies)),
    }
  }
  return createWith(new Map())
}

const decode = (value: string | undefined): string => value ?? ''

const keepCookie = (cookies: Map<string, string>, line: string): void => {
  const [pair = '', ...attributes] = line.split(';')
  const equals = pair.indexOf('=')
  const name = pair.slice(0, equals).trim()
  const isGone = attributes.some((attribute) => attribute.trim().toLowerCase() === 'max-age=0')
  if (isGone) cookies.delete(name)
  else cookies.set(name, pair.slice(equals + 1).trim())
}
