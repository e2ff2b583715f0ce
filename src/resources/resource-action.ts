import type { Caller } from '../http/caller.ts'

export type ResourceOperation =
  | 'create'
  | 'read'
  | 'vread'
  | 'update'
  | 'patch'
  | 'delete'
  | 'search'
  | 'history'
  | 'transaction'

export interface ResourceAction {
  readonly operation: ResourceOperation
  readonly type: string
  readonly id?: string
}

/** The one question that guards every resource; asked before the body is read and before anything is looked up. */
export type MayAct = (caller: Caller, action: ResourceAction) => Promise<'allow' | 'deny'>

/** How the audit log names a caller: `User/x`, `Client/y`, nobody. */
export const actorOf = (caller: Caller): string | undefined => {
  switch (caller.kind) {
    case 'anonymous':
      return undefined
    case 'client':
      return `Client/${caller.clientId}`
    case 'user':
      return `User/${caller.userId}`
  }
}
