import type { Theme } from '../html/theme.ts'

/** Where one-time codes are sent besides the authenticator (AuthConfig.twoFactor.webhook). */
export interface WebhookSettings {
  readonly endpoint: string
  readonly timeoutMilliseconds: number
  /** Decrypted; never shown. */
  readonly headers: Readonly<Record<string, string>>
  /** `always`: at every sign-in of a user with 2FA; `transport`: only of users whose twoFactor.transport is set. */
  readonly when: 'always' | 'transport'
}

/** The policy in force: the newest AuthConfig with defaults filled in. */
export interface AuthPolicy {
  readonly theme: Theme
  readonly issuerName: string
  readonly validPastTokensCount: number
  readonly webhook: WebhookSettings | undefined
  readonly sessionSeconds: number
}

/** The policy as of now: read afresh for every request, so that a change shows without a restart. */
export type CurrentAuthPolicy = () => Promise<AuthPolicy>
