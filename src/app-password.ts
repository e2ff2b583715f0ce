import type { Context, Hono } from 'hono'
import type { PasswordHasher } from './accounts/password-hasher.ts'
import type { Stores } from './app-stores.ts'
import type { CurrentAuthPolicy } from './auth-config/auth-config.ts'
import type { AppEnv } from './http/app-env.ts'
import type { Cookies } from './http/cookies.ts'
import type { Csrf } from './http/csrf.ts'
import type { Clock, Pause } from './kernel/clock.ts'
import { hashSecretToken } from './kernel/secret-token.ts'
import { readBearerToken } from './oauth/userinfo/bearer-token.ts'
import { changePasswordRoutes } from './password/change-password.routes.ts'
import type { SessionOf } from './sessions/browser-session.ts'

interface PasswordDeps {
  readonly stores: Stores
  readonly hasher: PasswordHasher
  readonly clock: Clock
  readonly pause: Pause
  readonly passwordMinLength: number
  readonly cookies: Cookies
  readonly csrf: Csrf
  readonly sessionOf: SessionOf
  readonly deviceIdOf: (c: Context<AppEnv>, userId: string) => Promise<string | undefined>
  readonly currentPolicy: CurrentAuthPolicy
}

/** What people do with their passwords besides signing in. */
export const createPasswordRoutes = (deps: PasswordDeps): readonly Hono<AppEnv>[] => {
  const { stores, clock, sessionOf } = deps
  const { sessions, devices, clients } = stores
  const shared = {
    ...stores,
    ...deps,
    endSessionsOf: (userId: string, reason: string, at: Date) =>
      sessions.endAllOfUserSteps(userId, reason, at),
    forgetDevicesOf: devices.forgetAllOfUserSteps,
  }
  return [
    changePasswordRoutes({
      ...shared,
      currentSession: sessionOf,
      aliveGuard: sessions.aliveGuard,
      readBearerToken: (authorization) => readBearerToken(authorization, undefined),
      findTokenSession: (token) => sessions.findTokenSession(hashSecretToken(token), clock.now()),
      isFirstParty: async (clientId) => (await clients.find(clientId))?.isFirstParty === true,
      changes: { event: 'password-change', what: 'the password' },
    }),
  ]
}
