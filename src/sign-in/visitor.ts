import type { RequestOrigin } from '../kernel/request-origin.ts'

/** The browser a sign-in happens in: its cookies as they came, which prove nothing by themselves. */
export interface Visitor {
  readonly origin: RequestOrigin
  readonly flowHash: string
  readonly sessionToken: string | undefined
  readonly attemptToken: string | undefined
  readonly deviceToken: string | undefined
}
