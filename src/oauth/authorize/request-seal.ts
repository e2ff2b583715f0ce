import type { Seal } from '../../kernel/seal.ts'
import type { AuthorizeRequest } from './authorize-request.ts'

/** An authorization request that waits for its person, who may look at other pages meanwhile. */
export interface PendingRequest {
  readonly request: AuthorizeRequest
  /** When it came. */
  readonly createdAt: number
}

/** Lets the browser carry its pending requests, so that a link nobody signs in at writes nothing (ADR 9). */
export type RequestSeal = Seal<PendingRequest>
