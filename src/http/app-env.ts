import type { RequestOrigin } from '../kernel/request-origin.ts'

/** What the edge knows of every request; every router is a `Hono<AppEnv>`. */
export interface AppEnv {
  Variables: {
    origin: RequestOrigin
    /** Who the request turned out to be from, for the log alone; set by whoever authenticates it. */
    actor?: RequestActor
  }
}

export interface RequestActor {
  readonly userId?: string
  readonly clientId?: string
}
