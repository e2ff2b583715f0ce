import type { Context, Hono } from 'hono'
import type { Stores } from './app-stores.ts'
import { consoleRoutes } from './console/console.routes.ts'
import { openConsoleFiles } from './console/console-files.node.ts'
import type { AppEnv } from './http/app-env.ts'
import { signInHref } from './sign-in/sign-in-paths.ts'

interface ConsoleDeps {
  readonly stores: Stores
  readonly sessionOf: (c: Context) => Promise<{ readonly userId: string } | undefined>
}

/** The console at `/console`: files that a build left beside the server. */
export const createConsole = ({ stores, sessionOf }: ConsoleDeps): Hono<AppEnv> =>
  consoleRoutes({
    files: openConsoleFiles(new URL('../console/dist/', import.meta.url)),
    sessionOf,
    isAdministrator: (id) => stores.fullAccess.has({ kind: 'User', id }),
    signInHref: (path) => signInHref({ request: undefined, redirectTo: path }),
  })
