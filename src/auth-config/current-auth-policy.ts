import type { Theme } from '../html/theme.ts'
import { DEFAULT_THEME } from '../html/theme.ts'
import { Problem } from '../kernel/problem.ts'
import type { AuthConfigStore, StoredAuthConfig } from './auth-config.store.ts'
import type { AuthPolicy, CurrentAuthPolicy, WebhookSettings } from './auth-config.ts'
import type { AuthConfigInput } from './auth-config-schema.ts'
import { authConfigSchema, brandOf } from './auth-config-schema.ts'
import type { WebhookHeaderStore, WebhookHeaders } from './webhook-header.store.ts'

export interface CurrentAuthPolicyDeps {
  readonly authConfigs: AuthConfigStore
  readonly webhookHeaders: WebhookHeaderStore
  /** Tells the operator, once per change. */
  warn(message: string): void
}

const DEFAULT_PAST_TOKENS = 1
const DEFAULT_SESSION_SECONDS = 432_000
const DEFAULT_WEBHOOK_TIMEOUT = 5000

/** Whatever is configured: a person waits for it. */
const MOST_WEBHOOK_TIMEOUT = 10_000

/** RFC 6238 §5.2 recommends one step back; more than ten is five minutes. */
const MANY_PAST_TOKENS = 10

/** In force while there is no AuthConfig. */
export const DEFAULT_POLICY: AuthPolicy = {
  theme: DEFAULT_THEME,
  issuerName: 'Countersign',
  validPastTokensCount: DEFAULT_PAST_TOKENS,
  webhook: undefined,
  sessionSeconds: DEFAULT_SESSION_SECONDS,
}

/**
 * The policy of the newest AuthConfig, with one indexed read per call: a change in any process counts from the next
 * request on. What was decoded is kept for as long as the newest version stays the same.
 * @throws {Problem} unavailable — a stored AuthConfig that cannot be read; nobody signs in by half a policy
 */
export const createCurrentAuthPolicy = (deps: CurrentAuthPolicyDeps): CurrentAuthPolicy => {
  let known: { readonly versionId: number; readonly policy: AuthPolicy } | undefined

  const decode = async (newest: StoredAuthConfig): Promise<AuthPolicy> => {
    try {
      const config = authConfigSchema.parse(JSON.parse(newest.text))
      return policyOf(config, await deps.webhookHeaders.find(newest.id))
    } catch (error) {
      if (error instanceof Problem) throw error
      throw new Problem(
        {
          kind: 'unavailable',
          retryAfterSeconds: 60,
          message: `AuthConfig/${newest.id} cannot be read; an administrator must write it again`,
        },
        { cause: error },
      )
    }
  }

  const warnAbout = (policy: AuthPolicy, newest: StoredAuthConfig, second: StoredAuthConfig | undefined) => {
    if (second !== undefined)
      deps.warn(`there are several AuthConfigs; AuthConfig/${newest.id} is in force as the newest`)
    if (policy.validPastTokensCount > MANY_PAST_TOKENS)
      deps.warn(
        `AuthConfig/${newest.id} accepts one-time codes of the last ${(policy.validPastTokensCount + 1) * 30} seconds`,
      )
  }

  return async () => {
    // NOTE: headers and document are two reads; only a pair around which nothing was written is kept.
    for (let round = 0; round < 5; round++) {
      const [newest, second] = await deps.authConfigs.newestTwo()
      if (newest === undefined) return DEFAULT_POLICY
      if (known?.versionId === newest.versionId) return known.policy
      const policy = await decode(newest)
      const [again] = await deps.authConfigs.newestTwo()
      if (again?.versionId !== newest.versionId) continue
      known = { versionId: newest.versionId, policy }
      warnAbout(policy, newest, second)
      return policy
    }
    throw new Problem({
      kind: 'unavailable',
      retryAfterSeconds: 1,
      message: 'the AuthConfig is being changed all the time; try again',
    })
  }
}

const policyOf = (
  { theme, twoFactor, asidCookieMaxAge }: AuthConfigInput,
  headers: WebhookHeaders,
): AuthPolicy => {
  return {
    theme: themeOf(theme),
    issuerName: twoFactor?.issuerName ?? DEFAULT_POLICY.issuerName,
    validPastTokensCount: twoFactor?.validPastTokensCount ?? DEFAULT_PAST_TOKENS,
    webhook: webhookOf({ twoFactor }, headers),
    sessionSeconds: asidCookieMaxAge ?? DEFAULT_SESSION_SECONDS,
  }
}

/** How an AuthConfig wants the pages to look, with defaults filled in. */
export const themeOf = (theme: AuthConfigInput['theme']): Theme => {
  const brand = theme?.brand === undefined ? undefined : brandOf(theme.brand)
  return {
    title: theme?.title ?? (brand?.kind === 'text' ? brand.text : DEFAULT_THEME.title),
    brand,
    styleUrl: theme?.styleUrl,
    forgotPasswordUrl: theme?.forgotPasswordUrl,
  }
}

/** The receiver of codes that an AuthConfig names, with defaults filled in. */
export const webhookOf = (
  { twoFactor }: Pick<AuthConfigInput, 'twoFactor'>,
  headers: WebhookHeaders,
): WebhookSettings | undefined => {
  const webhook = twoFactor?.webhook
  return webhook === undefined
    ? undefined
    : {
        endpoint: webhook.endpoint,
        timeoutMilliseconds: Math.min(webhook.timeout ?? DEFAULT_WEBHOOK_TIMEOUT, MOST_WEBHOOK_TIMEOUT),
        headers,
        when: webhook.when ?? 'always',
      }
}
