import type { Stores } from './app-stores.ts'
import type { TokenChecks } from './app-tokens.ts'
import type { CurrentAuthPolicy } from './auth-config/auth-config.ts'
import type { Clock } from './kernel/clock.ts'
import type { Random } from './kernel/random.ts'
import { readBearerToken } from './oauth/userinfo/bearer-token.ts'
import { createOutboundFetch } from './outbound/outbound-fetch.node.ts'
import { createTotpFactor } from './two-factor/totp/totp-factor.ts'
import { twoFactorRoutes } from './two-factor/two-factor.routes.ts'
import type { TwoFactorRoutesDeps } from './two-factor/two-factor-deps.routes.ts'
import { twoFactorJsonRoutes } from './two-factor/two-factor-json.routes.ts'
import { createCodeDelivery } from './two-factor/webhook/create-code-delivery.ts'
import { deliverCurrentCode } from './two-factor/webhook/deliver-current-code.ts'
import { deliverPendingCode } from './two-factor/webhook/deliver-pending-code.ts'

interface TwoFactorDeps extends Stores {
  readonly findTokenSession: TokenChecks['findTokenSession']
  readonly clock: Clock
  readonly random: Random
  readonly currentPolicy: CurrentAuthPolicy
}

type EdgeOfTwoFactor = Pick<TwoFactorRoutesDeps, 'csrf' | 'deviceIdOf' | 'currentSession' | 'reprovePassword'>

/** The installed second factor, and its pages and JSON. */
export const createTwoFactor = (given: TwoFactorDeps) => {
  const deps = { ...given, deliverCode: createCodeDelivery(createOutboundFetch()) }
  const { sessions, devices, clients } = deps
  const factor = createTotpFactor({
    ...deps,
    deliver: (userId, origin) => deliverCurrentCode(deps, userId, origin),
  })
  const rules = {
    ...deps,
    factor,
    newUserVersion: (userId: string, at: Date) => deps.resources.touchSteps('User', userId, at),
    forgetDevicesOf: devices.forgetAllOfUserSteps,
    aliveGuard: sessions.aliveGuard,
    endOtherSessions: sessions.endAllOfUserSteps,
  }
  return {
    factor,
    deliverCode: deps.deliverCode,
    routes: (edge: EdgeOfTwoFactor) => ({
      pages: twoFactorRoutes({ ...rules, ...edge }),
      json: twoFactorJsonRoutes({
        ...rules,
        ...edge,
        readBearerToken: (authorization) => readBearerToken(authorization, undefined),
        isFirstParty: async (clientId) => (await clients.find(clientId))?.isFirstParty === true,
        sendPendingCode: (pending, origin) => deliverPendingCode(deps, pending, origin),
      }),
    }),
  }
}
