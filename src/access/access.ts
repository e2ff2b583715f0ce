import type { Caller } from '../http/caller.ts'
import type { MayAct } from '../resources/resource-action.ts'
import type { FullAccessHolder, FullAccessStore } from './full-access.store.ts'

/**
 * Denies by default: only who has full access may act on resources, whatever the action. The place where AccessPolicy will
 * be asked. A user counts as the user, whether by cookie or by token.
 */
export const createAccess =
  (fullAccess: Pick<FullAccessStore, 'has'>): MayAct =>
  async (caller) => {
    const holder = holderOf(caller)
    return holder !== undefined && (await fullAccess.has(holder)) ? 'allow' : 'deny'
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
