import type { Context, Hono } from 'hono'
import { consoleRoutes } from './console/console.routes.ts'
import { openConsoleFiles } from './console/console-files.node.ts'
import type { ExchangeRoutesDeps } from './console/exchange.routes.ts'
import { exchangeRoutes } from './console/exchange.routes.ts'
import { previewRoutes } from './console/preview.routes.ts'
import type { AppEnv } from './http/app-env.ts'
import type { MayAct } from './resources/resource-action.ts'
import { signInHref } from './sign-in/sign-in-paths.ts'

interface ConsoleDeps extends Omit<ExchangeRoutesDeps, 'mayExchange'> {
  readonly isAdministrator: (userId: string) => Promise<boolean>
  readonly sessionOf: (c: Context) => Promise<{ readonly userId: string } | undefined>
  readonly mayAct: MayAct
}

/** The console at `/console`: files that a build left beside the server, and what its sandbox sends. */
export const createConsole = (deps: ConsoleDeps): Hono<AppEnv> => {
  const { isAdministrator, sessionOf, mayAct } = deps
  const visitors = { sessionOf, isAdministrator }
  return (
    exchangeRoutes({
      ...deps,
      mayExchange: async (caller) =>
        (await mayAct(caller, { operation: 'create', type: 'Exchange' })) === 'allow',
    })
      // NOTE: before the console, which shows itself at every address below its own.
      .route('/', previewRoutes(visitors))
      .route(
        '/',
        consoleRoutes({
          ...visitors,
          files: openConsoleFiles(new URL('../console/dist/', import.meta.url)),
          signInHref: (path) => signInHref({ request: undefined, redirectTo: path }),
        }),
      )
  )
}
