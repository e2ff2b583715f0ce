import type { Hono } from 'hono'
import type { Stores } from './app-stores.ts'
import type { AppEnv } from './http/app-env.ts'
import type { OwnAccessRoutesDeps } from './oauth/own-access/own-access.routes.ts'
import { ownAccessRoutes } from './oauth/own-access/own-access.routes.ts'
import type { OwnAccountRoutesDeps } from './oauth/own-access/own-account.routes.ts'
import { ownAccountRoutes } from './oauth/own-access/own-account.routes.ts'

interface OwnAccessDeps
  extends OwnAccessRoutesDeps,
    Pick<OwnAccountRoutesDeps, 'factors' | 'isAdministrator'> {
  readonly stores: Stores
}

/** What people see and end of their own: the account, where they are signed in, what they allowed. */
export const createOwnAccess = (deps: OwnAccessDeps): Hono<AppEnv> => {
  const { recentActivity } = deps.stores
  return ownAccessRoutes(deps).route('/', ownAccountRoutes({ ...deps, activity: recentActivity }))
}
