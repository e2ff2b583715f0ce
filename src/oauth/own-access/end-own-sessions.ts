import type { AuditEvent } from '../../audit/audit-event.ts'
import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Transact } from '../../kernel/transact.ts'
import { commit } from '../../kernel/transact.ts'
import type { SessionStore } from '../../sessions/session.store.ts'

export interface EndOwnSessionsDeps {
  readonly sessions: Pick<SessionStore, 'endAllOfUserSteps' | 'endSteps' | 'listBrowserSessions'>
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
}

/** Who signs out where. */
export interface OwnSession {
  readonly userId: string
  /** The one they do it from. */
  readonly sessionId: string
}

/** Ends one browser session of the person's, by its id, `others` or `all`; true where their own is among them. */
export const endOwnSessions = async (
  deps: EndOwnSessionsDeps,
  { userId, sessionId }: OwnSession,
  end: string,
  who: Pick<AuditEvent, 'origin' | 'clientId'>,
): Promise<boolean> => {
  const { sessions } = deps
  const at = deps.clock.now()
  const stepsOf = async () => {
    if (end === 'all') return sessions.endAllOfUserSteps(userId, 'sign-out', at)
    if (end === 'others') return sessions.endAllOfUserSteps(userId, 'sign-out', at, sessionId)
    const own = await sessions.listBrowserSessions(userId, at)
    // NOTE: an id of somebody else is as good as one that is over already.
    return own.some(({ id }) => id === end) ? sessions.endSteps(end, 'sign-out', at) : []
  }
  const steps = await stepsOf()
  if (steps.length === 0) return false
  const event = { event: 'sign-out', outcome: 'success', userId, actor: `User/${userId}` } as const
  await commit(deps.transact, [...steps, deps.auditLog.step({ ...event, ...who, detail: { sessions: end } })])
  return end === 'all' || end === sessionId
}
