import type { AuditEvent } from '../../audit/audit-event.ts'
import type { AuditLog } from '../../audit/audit-log.store.ts'
import { onceAnHour } from '../../http/once-an-hour.ts'
import type { Transact } from '../../kernel/transact.ts'
import { commit } from '../../kernel/transact.ts'
import type { TokenRequest } from './grant.ts'
import type { TokenStore } from './token.store.ts'

/** The session that a code or refresh token belongs to. */
interface Shown {
  readonly id: string
  readonly userId: string | undefined
  readonly familyId: string
}

/** What the audit log keeps of a request that gets no tokens; `shown` is undefined where its code or token is unknown. */
export const grantFailure = (
  event: 'token-issue' | 'token-refresh' | 'token-reuse',
  { client, isAuthenticated, origin, arrivedAt }: TokenRequest,
  shown: Omit<Shown, 'familyId'> | undefined,
  reason: string,
): AuditEvent => ({
  event,
  outcome: 'failure',
  reason,
  clientId: client.id,
  actor: `Client/${client.id}`,
  origin,
  ...(shown === undefined ? {} : { detail: { sessionId: shown.id } }),
  ...(shown === undefined && !isAuthenticated
    ? { once: onceAnHour([event, reason, client.id], origin, arrivedAt) }
    : {}),
  ...(shown?.userId === undefined ? {} : { userId: shown.userId }),
})

interface EndFamilyDeps {
  readonly tokens: Pick<TokenStore, 'endFamilySteps'>
  readonly auditLog: AuditLog
  readonly transact: Transact
}

/**
 * Ends all tokens of the family whose code or refresh token was used twice (RFC 6749 §4.1.2, RFC 9700 §4.14.2) and
 * records it, in one transaction.
 */
export const endReusedFamily = (
  deps: EndFamilyDeps,
  request: TokenRequest,
  shown: Shown,
  reused: 'code' | 'refresh-token',
  at: Date,
): Promise<unknown> =>
  commit(deps.transact, [
    ...deps.tokens.endFamilySteps(shown.familyId, reused === 'code' ? 'code-reuse' : 'token-reuse', at),
    deps.auditLog.step(grantFailure('token-reuse', request, shown, `reused-${reused}`)),
  ])
