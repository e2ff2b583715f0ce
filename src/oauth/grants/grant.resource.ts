import { isJsonObject } from '../../kernel/json.ts'
import { actorOf } from '../../resources/resource-action.ts'
import type { ReadableKind } from '../../resources/resource-kind.ts'
import type { ResourceView } from '../../resources/resource-view.ts'
import type { EndGrantDeps } from './end-grant.ts'
import { endGrant } from './end-grant.ts'

export const GRANT_KIND: ReadableKind = {
  type: 'Grant',
  searchParameters: {
    user: { type: 'reference', paths: [['user']] },
    client: { type: 'reference', paths: [['client']] },
    // NOTE: no grant names a patient yet, so a search by one finds none.
    patient: { type: 'reference', paths: [['patient']] },
  },
  unsearchable: [],
  referencePaths: [['user'], ['client'], ['patient']],
}

export interface GrantViewDeps extends EndGrantDeps {
  readonly store: ResourceView['store']
}

/** `Grant`: what people allowed applications. Deleting one takes it back. */
export const createGrantView = (deps: GrantViewDeps): ResourceView => ({
  kind: GRANT_KIND,
  otherMethods: [],
  store: deps.store,
  end: async ({ body: { user, client } }, caller, origin) => {
    const actor = actorOf(caller)
    if (!isJsonObject(user) || !isJsonObject(client)) throw new Error('a grant is of a user and a client')
    await endGrant(deps, String(user.id), String(client.id), {
      origin,
      ...(actor === undefined ? {} : { actor }),
    })
  },
})
