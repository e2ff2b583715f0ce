import type { WriteStep } from '../../kernel/transact.ts'

/** What an application may do, and be told. */
export interface Allowed {
  readonly scopes: readonly string[]
  /** The User itself, as tokens without `openid` tell it (ADR 12). */
  readonly isWholeUser: boolean
}

export interface ConsentGrant extends Allowed {
  /** When the person last said yes, in milliseconds. */
  readonly updatedAt: number
}

/** What people allowed clients to do, remembered until they take it back. */
export interface ConsentGrantStore {
  find(userId: string, clientId: string): Promise<ConsentGrant | undefined>
  /** Replaces what was remembered. */
  allowStep(userId: string, clientId: string, allowed: Allowed, at: Date): WriteStep
  /** By client id. */
  listOfUser(userId: string): Promise<readonly (ConsentGrant & { readonly clientId: string })[]>
  removeStep(userId: string, clientId: string): WriteStep
  removeOfUserStep(userId: string): WriteStep
  removeOfClientStep(clientId: string): WriteStep
}
