import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { AnswerHeaders } from './header-name.ts'

/** What the edge knows of every request; every router is a `Hono<AppEnv>`. */
export interface AppEnv {
  Variables: {
    origin: RequestOrigin
    /** Those of the answer to come. */
    headers?: AnswerHeaders
    /** The one that was made last. */
    answer?: Response
    /** Who the request turned out to be from, for the log alone; set by whoever authenticates it. */
    actor?: RequestActor
  }
}

export interface RequestActor {
  readonly userId?: string
  readonly clientId?: string
}
