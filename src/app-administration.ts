import type { Hono } from 'hono'
import { createOpenapi } from './app-openapi.ts'
import type { createResources } from './app-resources.ts'
import type { Stores } from './app-stores.ts'
import type { AppEnv } from './http/app-env.ts'
import type { Clock } from './kernel/clock.ts'
import { rotateKeysRoutes } from './oauth/keys/rotate-keys.routes.ts'
import type { SigningKeys } from './oauth/keys/signing-keys.ts'
import { resetTwoFactorRoutes } from './two-factor/reset-two-factor.routes.ts'
import type { SecondFactor } from './two-factor/second-factor.ts'
import type { DeliverCode } from './two-factor/webhook/code-delivery.ts'
import { testWebhookRoutes } from './two-factor/webhook/test-webhook.routes.ts'

interface AdministrationDeps {
  readonly stores: Stores
  readonly resources: ReturnType<typeof createResources>
  readonly keys: Pick<SigningKeys, 'rotate'>
  readonly deliverCode: DeliverCode
  readonly factors: readonly SecondFactor[]
  readonly clock: Clock
  readonly publicUrl: string
}

/** What administrators do besides reading and writing resources, and where they look it up. */
export const createAdministration = (deps: AdministrationDeps): readonly Hono<AppEnv>[] => {
  const { stores, resources, publicUrl } = deps
  const { sessions, devices, passwords } = stores
  // NOTE: before the routes of resources, which take $rotate for an id.
  return [
    resetTwoFactorRoutes({
      ...deps,
      ...stores,
      ...resources,
      store: stores.resources,
      newUserVersion: (userId, at) => stores.resources.touchSteps('User', userId, at),
      endSessionsOf: (userId, reason, at, exceptSessionId) => [
        ...sessions.endAllOfUserSteps(userId, reason, at, exceptSessionId),
        passwords.endAttemptsStep(userId),
      ],
      forgetDevicesOf: (userId) => devices.forgetAllOfUserSteps(userId),
    }),
    testWebhookRoutes({ ...deps, ...stores, ...resources, store: stores.resources }),
    rotateKeysRoutes({ ...deps, ...stores, ...resources }),
    createOpenapi(publicUrl),
  ]
}
