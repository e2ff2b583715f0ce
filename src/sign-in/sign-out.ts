import type { AuditLog } from '../audit/audit-log.store.ts'
import type { Clock } from '../kernel/clock.ts'
import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { Transact } from '../kernel/transact.ts'
import { commit } from '../kernel/transact.ts'
import type { SessionStore } from '../sessions/session.store.ts'
import type { BrowserSession } from '../sessions/session.ts'

export interface SignOutDeps {
  readonly sessions: Pick<SessionStore, 'endSteps'>
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
}

/** Ends the session and every token that hangs on it, at once and for good. */
export const signOut = async (
  { sessions, auditLog, transact, clock }: SignOutDeps,
  { id, userId }: BrowserSession,
  origin: RequestOrigin,
): Promise<void> => {
  await commit(transact, [
    ...sessions.endSteps(id, 'sign-out', clock.now()),
    auditLog.step({ event: 'sign-out', outcome: 'success', userId, actor: `User/${userId}`, origin }),
  ])
}
