import type { ReadableKind } from '../../resources/resource-kind.ts'
import type { ResourceView } from '../../resources/resource-view.ts'

export const SIGNING_KEY_KIND: ReadableKind = {
  type: 'SigningKey',
  searchParameters: {
    alg: { type: 'token', paths: [['alg']] },
    state: { type: 'token', paths: [['state']] },
  },
  unsearchable: [],
  referencePaths: [],
}

/** `SigningKey`: what signs tokens and what verifies them, without private parts. Keys end by rotation, never by DELETE. */
export const createSigningKeyView = (store: ResourceView['store']): ResourceView => ({
  kind: SIGNING_KEY_KIND,
  otherMethods: [],
  store,
})
