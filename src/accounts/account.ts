import type { JsonObject } from '../kernel/json.ts'

/** A person who may sign in: what the rules need of a User resource. */
export interface Account {
  readonly id: string
  readonly userName?: string
  readonly email?: string
  /** False when `inactive` is true: cannot sign in, and nothing is issued for them. */
  readonly isActive: boolean
  /** The User document as a read shows it, without id, resourceType, meta and twoFactor. Holds no secret. */
  readonly document: JsonObject
  readonly versionId: number
  readonly createdAt: number
  readonly updatedAt: number
}
