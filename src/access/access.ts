import type { Caller } from '../http/caller.ts'
import type { MayAct } from '../resources/resource-action.ts'
import type { FullAccessHolder, FullAccessStore } from './full-access.store.ts'

export interface AccessDeps {
  readonly fullAccess: Pick<FullAccessStore, 'has'>
  /** Whether the client is the operator's own (`first_party`). */
  readonly isFirstParty: (clientId: string) => Promise<boolean>
}

/**
 * Denies by default: only who has full access may act on resources, whatever the action. The place where AccessPolicy will
 * be asked. A user counts as the user by cookie, and by the token of a first-party application: an administrator who lets
 * somebody else's application know who they are does not hand it the server.
 */
export const createAccess =
  ({ fullAccess, isFirstParty }: AccessDeps): MayAct =>
  async (caller) => {
    const holder = holderOf(caller)
    if (holder === undefined || !(await fullAccess.has(holder))) return 'deny'
    const application = caller.kind === 'user' && caller.via === 'bearer' ? caller.clientId : undefined
    return application === undefined || (await isFirstParty(application)) ? 'allow' : 'deny'
  }

const holderOf = (caller: Caller): FullAccessHolder | undefined => {
  switch (caller.kind) {
    case 'anonymous':
      return undefined
    case 'client':
      return { kind: 'Client', id: caller.clientId }
    case 'user':
      return { kind: 'User', id: caller.userId }
  }
}
