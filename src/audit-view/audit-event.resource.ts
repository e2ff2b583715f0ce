import type { ReadableKind } from '../resources/resource-kind.ts'
import type { ResourceView } from '../resources/resource-view.ts'

export const AUDIT_EVENT_KIND: ReadableKind = {
  type: 'AuditEvent',
  searchParameters: {
    event: { type: 'token', paths: [['event']] },
    outcome: { type: 'token', paths: [['outcome']] },
    reason: { type: 'token', paths: [['reason']] },
    user: { type: 'reference', paths: [['user']] },
    client: { type: 'reference', paths: [['client']] },
    actor: { type: 'reference', paths: [['actor']] },
    factor: { type: 'token', paths: [['factor']] },
    address: { type: 'token', paths: [['address']] },
    request: { type: 'token', paths: [['requestId']] },
  },
  unsearchable: [],
  referencePaths: [['user'], ['client'], ['actor']],
}

/** `AuditEvent`: what happened. It is read and searched, and nobody may delete it. */
export const createAuditEventView = (store: ResourceView['store']): ResourceView => ({
  kind: AUDIT_EVENT_KIND,
  otherMethods: [],
  store,
})
