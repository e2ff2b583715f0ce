import type { AuditEvent } from '../../audit/audit-event.ts'
import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Transact } from '../../kernel/transact.ts'
import { commit } from '../../kernel/transact.ts'
import type { SessionStore } from '../../sessions/session.store.ts'
import type { ConsentGrantStore } from '../authorize/consent-grant.store.ts'

export interface EndGrantDeps {
  readonly consents: Pick<ConsentGrantStore, 'removeStep'>
  readonly sessions: Pick<SessionStore, 'endTokensOfSteps'>
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
}

/** Takes back what a person allowed an application: it is asked again next time, and its tokens for the person end. */
export const endGrant = async (
  deps: EndGrantDeps,
  userId: string,
  clientId: string,
  who: Pick<AuditEvent, 'actor' | 'origin'>,
): Promise<void> => {
  await commit(deps.transact, [
    deps.consents.removeStep(userId, clientId),
    ...deps.sessions.endTokensOfSteps(userId, clientId, 'grant-revoked', deps.clock.now()),
    deps.auditLog.step({ event: 'grant-revoke', outcome: 'success', userId, clientId, ...who }),
  ])
}
