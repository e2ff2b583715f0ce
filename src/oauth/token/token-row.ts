import type { Flow } from '../../clients/client.ts'
import type { ProvenFactor } from '../../sessions/session.ts'

/** What the row of a token says of it. */
export interface TokenRow {
  /** The `jti` of a JWT. */
  readonly id: string
  readonly familyId: string
  readonly flow: Flow
  readonly userId: string | undefined
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly audience: readonly string[] | undefined
  readonly proven: readonly ProvenFactor[]
  readonly authenticatedAt: number
}
