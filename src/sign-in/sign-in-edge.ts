import type { CurrentAuthPolicy } from '../auth-config/auth-config.ts'
import type { Cookies } from '../http/cookies.ts'
import type { Csrf } from '../http/csrf.ts'
import type { SessionOf } from '../sessions/browser-session.ts'
import type { AuthorizationFlow } from './authorization-flow.ts'

/** What all routes of the sign-in share. */
export interface SignInEdge {
  readonly cookies: Cookies
  readonly csrf: Csrf
  readonly sessionOf: SessionOf
  readonly flow: AuthorizationFlow
  readonly currentPolicy: CurrentAuthPolicy
  /** Without a slash at the end. */
  readonly publicUrl: string
}
