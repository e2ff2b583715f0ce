import { Hono } from 'hono'
import { z } from 'zod'
import type { WebhookSettings } from '../../auth-config/auth-config.ts'
import { authConfigSchema } from '../../auth-config/auth-config-schema.ts'
import { webhookOf } from '../../auth-config/current-auth-policy.ts'
import type { WebhookHeaderStore } from '../../auth-config/webhook-header.store.ts'
import type { AppEnv } from '../../http/app-env.ts'
import { responseFormat } from '../../http/negotiate.ts'
import { invalid, Problem } from '../../kernel/problem.ts'
import { allowOnly } from '../../resources/allow-only.routes.ts'
import type { OperationDeps } from '../../resources/operation.routes.ts'
import { readOperation } from '../../resources/operation.routes.ts'
import type { ResourceStore } from '../../resources/resource.store.ts'
import { actorOf } from '../../resources/resource-action.ts'
import { respondDocument } from '../../resources/respond-resource.ts'
import type { CallReceiverDeps } from './record-delivery.ts'
import { statusOf } from './record-delivery.ts'
import { testWebhook } from './test-webhook.ts'

export interface TestWebhookRoutesDeps extends OperationDeps, CallReceiverDeps {
  readonly store: Pick<ResourceStore, 'find'>
  readonly webhookHeaders: Pick<WebhookHeaderStore, 'find'>
}

const NAME = '$test-webhook'

const schema = z.strictObject({
  to: z.string().trim().min(1, 'expected a phone number or e-mail address').max(200).optional(),
})

/** `POST /AuthConfig/<id>/$test-webhook`: one call of its receiver, whether or not the AuthConfig is the one in force. */
export const testWebhookRoutes = (deps: TestWebhookRoutesDeps): Hono<AppEnv> => {
  const routes = new Hono<AppEnv>()
  for (const prefix of ['', '/fhir']) {
    const path = `${prefix}/AuthConfig/:id/${NAME}`
    routes.post(path, async (c) => {
      const id = c.req.param('id') ?? ''
      const format = responseFormat(c)
      const needs = { operation: 'update', type: 'AuthConfig', id } as const
      const { caller, input } = await readOperation(deps, c, { name: NAME, schema, needs })
      const { outcome, milliseconds } = await testWebhook(deps, {
        webhook: await webhookIn(deps, id),
        to: input.to,
        actor: actorOf(caller),
        origin: c.env.origin,
      })
      const status = statusOf(outcome)
      return respondDocument(c, format, {
        outcome: outcome.kind,
        ...(status === undefined ? {} : { status }),
        ...(outcome.kind === 'failed' ? { reason: outcome.reason } : {}),
        milliseconds,
      })
    })
    allowOnly(routes, path, 'POST')
  }
  return routes
}

/** @throws {Problem} not-found; invalid — an AuthConfig without a webhook */
const webhookIn = async (deps: TestWebhookRoutesDeps, id: string): Promise<WebhookSettings> => {
  const stored = await deps.store.find('AuthConfig', id)
  if (stored === undefined || stored.isDeleted)
    throw new Problem({ kind: 'not-found', message: `Resource AuthConfig/${id} not found` })
  const webhook = webhookOf(authConfigSchema.parse(stored.body), await deps.webhookHeaders.find(id))
  if (webhook === undefined)
    throw invalid('is not set, so there is nothing to test', 'AuthConfig.twoFactor.webhook')
  return webhook
}
