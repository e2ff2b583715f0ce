import type { RequestOrigin } from '../../kernel/request-origin.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import type { ScopeText } from '../scopes/scope-texts.store.ts'

/** A scope, in the words of its Scope resource where there is one. */
export interface ScopeToAllow extends Partial<ScopeText> {
  readonly scope: string
}

/** What the consent page asks. */
export interface ConsentQuestion {
  readonly request: string
  readonly clientName: string
  readonly redirectOrigin: string
  readonly scopes: readonly ScopeToAllow[]
  /** Beside what the scopes stand for. */
  readonly isWholeUser: boolean
}

export interface ConsentAnswer {
  readonly request: string
  readonly browserHash: string
  readonly session: BrowserSession
  readonly isAllowed: boolean
  readonly origin: RequestOrigin
}
