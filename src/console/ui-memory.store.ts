import type { WriteStep } from '../kernel/transact.ts'

/** By this lookup key the resources of a user are found. */
export const OWNER_KEY = 'owner'

/** Forgets what the console keeps: for good, with every version, unlike other resources. */
export interface UiMemoryStore {
  /** How many a user has. */
  count(type: string, userId: string): Promise<number>
  /** Forgets every version but the current one. */
  forgetVersionsSteps(type: string, id: string): readonly WriteStep[]
  forgetSteps(type: string, id: string): readonly WriteStep[]
  /** Leaves the `most` newest ones of a user, those of the same transaction among them. */
  keepNewestSteps(type: string, userId: string, most: number): readonly WriteStep[]
  forgetAllOfUserSteps(types: readonly string[], userId: string): readonly WriteStep[]
}
