import type { AuditEventName } from '../../../../src/audit/audit-event.ts'

/** NOTE: the compiler holds it to the server's list; a type is all that is taken from there. */
const NAMES: Readonly<Record<AuditEventName, true>> = {
  authorization: true,
  'back-channel-logout': true,
  'client-authentication': true,
  consent: true,
  'factor-unlock': true,
  'grant-revoke': true,
  'password-change': true,
  'password-check': true,
  'password-force-reset': true,
  'password-self-reset': true,
  'resource-create': true,
  'resource-delete': true,
  'resource-update': true,
  'second-factor-check': true,
  'sign-in': true,
  'sign-out': true,
  'signing-key-rotate': true,
  'token-check': true,
  'token-issue': true,
  'token-refresh': true,
  'token-reuse': true,
  'token-revoke': true,
  'two-factor-access': true,
  'two-factor-delivery': true,
  'two-factor-disable': true,
  'two-factor-enable': true,
  'two-factor-reset': true,
}

/** All that the audit log tells of, as it is searched for. */
export const EVENT_NAMES: readonly string[] = Object.keys(NAMES)
