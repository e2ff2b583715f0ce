import { Hono } from 'hono'
import type { AppEnv } from '../http/app-env.ts'
import { disableRoutes } from './disable.routes.ts'
import { enableRoutes } from './enable.routes.ts'
import { settingsRoutes } from './settings.routes.ts'
import type { TwoFactorRoutesDeps } from './two-factor-deps.routes.ts'

/** The pages under /auth/two-factor, for whoever is signed in; whose factor it is only the session says. */
export const twoFactorRoutes = (deps: TwoFactorRoutesDeps): Hono<AppEnv> =>
  new Hono<AppEnv>()
    .route('/', settingsRoutes(deps))
    .route('/', enableRoutes(deps))
    .route('/', disableRoutes(deps))
