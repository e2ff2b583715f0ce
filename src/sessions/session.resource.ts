import type { AuditLog } from '../audit/audit-log.store.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Transact } from '../kernel/transact.ts'
import { commit } from '../kernel/transact.ts'
import { actorOf } from '../resources/resource-action.ts'
import type { ReadableKind } from '../resources/resource-kind.ts'
import type { ResourceView } from '../resources/resource-view.ts'
import type { SessionStore } from './session.store.ts'

export const SESSION_KIND: ReadableKind = {
  type: 'Session',
  searchParameters: {
    access_token: { type: 'token', paths: [['access_token']] },
    client: { type: 'reference', paths: [['client']] },
    user: { type: 'reference', paths: [['user']] },
    jti: { type: 'string', paths: [['jti']] },
    type: { type: 'token', paths: [['type']] },
    active: { type: 'token', paths: [['active']] },
  },
  unsearchable: ['access_token', 'refresh_token', 'authorization_code'],
  referencePaths: [['user'], ['client'], ['parent']],
}

export interface SessionViewDeps {
  readonly store: ResourceView['store']
  readonly sessions: Pick<SessionStore, 'endSteps'>
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
}

/** `Session`: browser sessions and issued tokens, without the tokens. Deleting one ends it and what hangs on it. */
export const createSessionView = (deps: SessionViewDeps): ResourceView => ({
  kind: SESSION_KIND,
  otherMethods: ['DELETE'],
  store: deps.store,
  end: async ({ id }, caller, origin) => {
    const actor = actorOf(caller)
    await commit(deps.transact, [
      ...deps.sessions.endSteps(id, 'deleted', deps.clock.now()),
      deps.auditLog.step({
        event: 'resource-delete',
        outcome: 'success',
        origin,
        detail: { resource: `Session/${id}` },
        ...(actor === undefined ? {} : { actor }),
      }),
    ])
  },
})
