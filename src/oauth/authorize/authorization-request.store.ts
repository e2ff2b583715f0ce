import type { WriteStep } from '../../kernel/transact.ts'
import type { AuthorizeRequest } from './authorize-request.ts'

export interface SavedRequest {
  readonly id: string
  readonly browserHash: string
  readonly request: AuthorizeRequest
  readonly createdAt: number
}

export interface AuthorizationRequestStore {
  /** Commits before it answers. */
  save(saved: SavedRequest, expiresAt: Date): Promise<void>
  /** Live ones of this browser only. */
  find(id: string, browserHash: string, now: Date): Promise<SavedRequest | undefined>
  /** Guarded: of any number of transactions that contain it, one commits. */
  useStep(id: string): WriteStep
}
