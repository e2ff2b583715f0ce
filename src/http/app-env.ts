import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { AnswerHeaders } from './header-name.ts'

/**
 * What the edge knows of every request, as `c.env`; every router is a `Hono<AppEnv>`.
 * NOTE: made before the routing, so that it needs no middleware, each of which costs every request some promises.
 */
export interface AppEnv {
  Bindings: RequestState
}

export interface RequestState extends Wire {
  readonly origin: RequestOrigin
  /** Those of the answer to come. */
  headers?: AnswerHeaders
  /** The one that was made last. */
  answer?: Response | undefined
  /** Who the request turned out to be from, for the log alone; set by whoever authenticates it. */
  actor?: RequestActor | undefined
}

interface Incoming {
  /** The target as it came over the wire. */
  readonly url?: string
  readonly socket?: { readonly remoteAddress?: string }
}

/** What the server knows of the connection; nothing in a test without one. */
export interface Wire {
  readonly incoming?: Incoming | undefined
  /** Whether the console sent it for an administrator, in a request of its own. */
  readonly isExchanged?: boolean | undefined
}

export interface RequestActor {
  readonly userId?: string
  readonly clientId?: string
}
