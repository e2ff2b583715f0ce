import type { JsonObject } from '../kernel/json.ts'
import { equalJson, isJsonObject } from '../kernel/json.ts'
import { invalid } from '../kernel/problem.ts'
import type { ResourceKind } from '../resources/resource-kind.ts'
import type { AuthConfigInput } from './auth-config-schema.ts'
import { authConfigSchema, MASKED } from './auth-config-schema.ts'
import type { WebhookHeaderStore, WebhookHeaders } from './webhook-header.store.ts'

export interface AuthConfigKindDeps {
  readonly webhookHeaders: WebhookHeaderStore
}

/**
 * The policy of sign-ins and the look of the pages. Values of webhook headers live encrypted in a table of their own; the
 * document keeps the names and shows each value as `***`. That, written back, keeps the stored value, but only for the
 * same origin: otherwise whoever moves the endpoint would be sent the secrets of the old one.
 */
export const createAuthConfigKind = (deps: AuthConfigKindDeps): ResourceKind<AuthConfigInput> => ({
  type: 'AuthConfig',
  schema: authConfigSchema,
  writeOnly: [],
  unsearchable: [],
  referencePaths: [],
  searchParameters: {},
  lookupKeys: () => [],

  prepareWrite: async (input, { id, current }) => {
    const given = input.twoFactor?.webhook?.headers ?? {}
    const stored = await deps.webhookHeaders.find(id)
    const isSameOrigin = originOf(current?.body) === originOf(input as JsonObject)
    const headers = mergeHeaders(given, isSameOrigin ? stored : {})
    const isChanged = !equalJson(stored, headers)
    return {
      document: withMaskedHeaders(input as JsonObject),
      steps: isChanged ? deps.webhookHeaders.replaceSteps(id, headers) : [],
      changedSecrets: isChanged ? ['twoFactor.webhook.headers'] : [],
    }
  },

  deleteSteps: (id) => deps.webhookHeaders.replaceSteps(id, {}),
})

/** @throws {Problem} invalid — a masked value for which nothing is stored */
const mergeHeaders = (given: WebhookHeaders, stored: WebhookHeaders): WebhookHeaders => {
  const known = new Map(Object.entries(stored).map(([name, value]) => [name.toLowerCase(), value]))
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const kept = value === MASKED ? known.get(name.toLowerCase()) : value
      if (kept === undefined)
        throw invalid(
          `${MASKED} keeps a stored value, but none is stored for this origin; write the value itself`,
          `AuthConfig.twoFactor.webhook.headers.${name}`,
        )
      return [name, kept]
    }),
  )
}

const webhookOf = (body: JsonObject | undefined): JsonObject | undefined => {
  const twoFactor = body?.twoFactor
  const webhook = isJsonObject(twoFactor) ? twoFactor.webhook : undefined
  return isJsonObject(webhook) ? webhook : undefined
}

const originOf = (body: JsonObject | undefined): string | undefined => {
  const endpoint = webhookOf(body)?.endpoint
  return typeof endpoint === 'string' && URL.canParse(endpoint) ? new URL(endpoint).origin : undefined
}

const withMaskedHeaders = (body: JsonObject): JsonObject => {
  const webhook = webhookOf(body)
  const headers = webhook?.headers
  if (!isJsonObject(body.twoFactor) || !isJsonObject(headers)) return body
  const masked = Object.fromEntries(Object.keys(headers).map((name) => [name, MASKED]))
  return { ...body, twoFactor: { ...body.twoFactor, webhook: { ...webhook, headers: masked } } }
}
