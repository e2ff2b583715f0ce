import type { JsonObject } from '../kernel/json.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'

export type AuditEventName =
  | 'sign-in'
  | 'sign-out'
  | 'two-factor-enable'
  | 'two-factor-disable'
  /** An administrator took it away from somebody who lost it. */
  | 'two-factor-reset'
  | 'two-factor-delivery'
  /** An app's token was not good enough to change the second factor. */
  | 'two-factor-access'
  | 'password-check'
  | 'password-change'
  /** A link to set a new password was issued; the old one is gone. */
  | 'password-force-reset'
  /** What came of the link. */
  | 'password-self-reset'
  | 'second-factor-check'
  /** An administrator lets a factor be tried again after a hundred wrong answers. */
  | 'factor-unlock'
  | 'client-authentication'
  | 'resource-create'
  | 'resource-update'
  | 'resource-delete'
  | 'authorization'
  | 'consent'
  | 'token-issue'
  | 'token-refresh'
  | 'token-reuse'
  | 'token-revoke'
  /** A bearer token was not good. */
  | 'token-check'
  | 'grant-revoke'
  | 'back-channel-logout'
  /** Asked for over REST. */
  | 'signing-key-rotate'

/** One thing that happened: who, what, how it ended and the real reason, which the outside is never told. Never a secret. */
export interface AuditEvent {
  readonly event: AuditEventName
  readonly outcome: 'success' | 'failure'
  /** Machine-readable: `wrong-password`, `unknown-user`, `inactive`, `reused-code`, `throttled` … */
  readonly reason?: string
  readonly userId?: string
  readonly clientId?: string
  /** Who acted, `User/<id>` or `Client/<id>`; left out where nobody is known. */
  readonly actor?: string
  /** `password`, `totp`. */
  readonly factor?: string
  readonly origin?: RequestOrigin
  readonly detail?: JsonObject
  /** Of all events with the same name only the first is kept: for what anybody can make happen any number of times. */
  readonly once?: string
}
