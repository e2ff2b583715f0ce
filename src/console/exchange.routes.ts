import type { Context } from 'hono'
import { Hono } from 'hono'
import type { AppEnv, Wire } from '../http/app-env.ts'
import { readBody } from '../http/body.ts'
import type { Caller } from '../http/caller.ts'
import type { Fetch } from '../http/edge.ts'
import { isJsonBody } from '../http/fields.ts'
import { parseJson } from '../http/json.ts'
import { answer } from '../http/respond.ts'
import type { Clock } from '../kernel/clock.ts'
import { Problem } from '../kernel/problem.ts'
import { allowOnly } from '../resources/allow-only.routes.ts'
import type { ExchangeRequest } from './exchange-request.ts'
import { readExchangeRequest } from './exchange-request.ts'

export interface ExchangeRoutesDeps {
  readonly callerOf: (c: Context<AppEnv>) => Promise<Caller>
  readonly mayExchange: (caller: Caller) => Promise<boolean>
  /** Answers a request as if it had come over the wire. */
  readonly dispatch: Fetch
  readonly publicUrl: string
  readonly clock: Clock
}

const PATH = '/console/exchange'

/** As for every document. */
const LIMIT_BYTES = 1024 * 1024

/**
 * `POST /console/exchange`: sends this server, and no other, a request of a browser or an application that an administrator
 * plays, and tells all of the answer, Set-Cookie and Location included. It gives no right: who asks is told by the headers
 * in the body alone, never by the cookie that this came with.
 */
export const exchangeRoutes = (deps: ExchangeRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>().post(PATH, async (c) => {
    if (c.env.isExchanged === true)
      throw new Problem({ kind: 'forbidden', message: 'a request cannot be exchanged within another' })
    const caller = await deps.callerOf(c)
    if (caller.kind === 'anonymous') throw new Problem({ kind: 'unauthenticated' })
    if (!(await deps.mayExchange(caller)))
      throw new Problem({ kind: 'not-found', message: 'There is nothing at this address' })
    if (!isJsonBody(c))
      throw new Problem({ kind: 'unsupported-media-type', message: 'say Content-Type: application/json' })
    const asked = readExchangeRequest(parseJson(await readBody(c, LIMIT_BYTES)))
    const startedAt = deps.clock.now().getTime()
    const answered = await deps.dispatch(requestOf(c, asked, deps.publicUrl), {
      incoming: { ...connectionOf(c), url: asked.path },
      isExchanged: true,
    })
    const body = await answered.text()
    const told = {
      status: answered.status,
      headers: [...answered.headers],
      body,
      milliseconds: deps.clock.now().getTime() - startedAt,
    }
    return answer(c, JSON.stringify(told), 200, 'application/json; charset=utf-8')
  })
  allowOnly(routes, PATH, 'POST')
  return routes
}

/** The same connection, so that the request counts for the same address. */
const connectionOf = (c: Context<AppEnv>): NonNullable<Wire['incoming']> => {
  const socket = c.env.incoming?.socket
  return socket === undefined ? {} : { socket }
}

const requestOf = (
  c: Context<AppEnv>,
  { method, path, headers, body }: ExchangeRequest,
  publicUrl: string,
): Request => {
  const sent = new Headers(headers.map(([name, value]) => [name, value]))
  // NOTE: what the proxies in front said of the caller holds for what the caller sends through us.
  const forwardedFor = c.req.header('x-forwarded-for')
  if (forwardedFor !== undefined) sent.set('x-forwarded-for', forwardedFor)
  if (body === undefined) return new Request(`${publicUrl}${path}`, { method, headers: sent })
  const bytes = new TextEncoder().encode(body)
  sent.set('content-length', String(bytes.byteLength))
  return new Request(`${publicUrl}${path}`, { method, headers: sent, body: bytes })
}
