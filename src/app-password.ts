import type { Context, Hono } from 'hono'
import type { PasswordHasher } from './accounts/password-hasher.ts'
import type { Stores } from './app-stores.ts'
import type { TokenChecks } from './app-tokens.ts'
import type { CurrentAuthPolicy } from './auth-config/auth-config.ts'
import type { AppEnv } from './http/app-env.ts'
import type { Cookies } from './http/cookies.ts'
import type { Csrf } from './http/csrf.ts'
import type { Clock, Pause } from './kernel/clock.ts'
import { deriveKey } from './kernel/derive-key.ts'
import type { Random } from './kernel/random.ts'
import { readBearerToken } from './oauth/userinfo/bearer-token.ts'
import { changePasswordRoutes } from './password/change-password.routes.ts'
import { forceResetRoutes } from './password/force-reset.routes.ts'
import { resetPasswordRoutes } from './password/reset-password.routes.ts'
import { createResetTokens } from './password/reset-token.node.ts'
import type { MayAct } from './resources/resource-action.ts'
import type { ResourceRoutesDeps } from './resources/resource-routes-deps.ts'
import type { SessionOf } from './sessions/browser-session.ts'
import type { SecondFactor } from './two-factor/second-factor.ts'

interface PasswordDeps {
  readonly stores: Stores
  readonly hasher: PasswordHasher
  readonly clock: Clock
  readonly pause: Pause
  readonly random: Random
  readonly secretKey: Uint8Array
  readonly publicUrl: string
  readonly factors: readonly SecondFactor[]
  readonly callerOf: ResourceRoutesDeps['callerOf']
  readonly mayAct: MayAct
  readonly passwordMinLength: number
  readonly findTokenSession: TokenChecks['findTokenSession']
  readonly cookies: Cookies
  readonly csrf: Csrf
  readonly sessionOf: SessionOf
  readonly deviceIdOf: (c: Context<AppEnv>, userId: string) => Promise<string | undefined>
  readonly currentPolicy: CurrentAuthPolicy
}

/** What people do with their passwords besides signing in, and what an administrator does to them. */
export const createPasswordRoutes = (
  deps: PasswordDeps,
): { readonly pages: readonly Hono<AppEnv>[]; readonly json: Hono<AppEnv> } => {
  const { stores, sessionOf, publicUrl } = deps
  const { sessions, devices, clients } = stores
  const shared = {
    ...stores,
    ...deps,
    endSessionsOf: (userId: string, reason: string, at: Date) =>
      sessions.endAllOfUserSteps(userId, reason, at),
    forgetDevicesOf: devices.forgetAllOfUserSteps,
    resetTokens: createResetTokens({ key: deriveKey(deps.secretKey, 'password-resets'), issuer: publicUrl }),
  }
  const change = changePasswordRoutes({
    ...shared,
    currentSession: sessionOf,
    aliveGuard: sessions.aliveGuard,
    readBearerToken: (authorization) => readBearerToken(authorization, undefined),
    isFirstParty: async (clientId) => (await clients.find(clientId))?.isFirstParty === true,
    changes: { event: 'password-change', what: 'the password' },
  })
  return { pages: [change, resetPasswordRoutes(shared)], json: forceResetRoutes(shared) }
}
