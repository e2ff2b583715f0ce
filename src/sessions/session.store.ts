import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { WriteStep } from '../kernel/transact.ts'
import type { BrowserSession, ListedSession, ProvenFactor, TokenSession } from './session.ts'

export interface NewBrowserSession {
  readonly id: string
  readonly tokenHash: string
  readonly userId: string
  readonly proven: readonly ProvenFactor[]
  /** Of the browser, so that its person recognises it. */
  readonly origin?: Pick<RequestOrigin, 'address' | 'userAgent'>
  readonly at: Date
  /** When the person signed in, in milliseconds; now where left out. */
  readonly authenticatedAt?: number | undefined
  readonly expiresAt: Date
}

export interface SessionStore {
  /** Only `completeSignIn` calls it: no session exists before the sign-in is finished. */
  openStep(session: NewBrowserSession): WriteStep
  /** A guard: refuses the transaction unless the session lives; of this and its end one comes after the other. */
  aliveGuard(sessionId: string, now: Date): WriteStep
  /** What {@link aliveGuard} guards, for now. */
  isAlive(sessionId: string, now: Date): Promise<boolean>
  /** Counts the live session as just signed in, its factors proven anew. */
  renewStep(sessionId: string, proven: readonly ProvenFactor[], at: Date): WriteStep
  /** Live ones only: not ended, not expired, of an existing and active user. */
  findBrowserSession(tokenHash: string, now: Date): Promise<BrowserSession | undefined>
  /** Live ones only, whatever the token's format; the user must exist and be active, the client too. */
  findTokenSession(tokenHash: string, now: Date): Promise<TokenSession | undefined>
  /**
   * A guard: the browser's live session of the same user goes on under a new cookie, signed in anew, and what hangs on it
   * hangs on it still. Only `completeSignIn` calls it.
   */
  reopenSteps(session: NewBrowserSession): readonly WriteStep[]
  /**
   * Ends the session and the tokens that hang on it, and queues notices to their applications. What was issued for use
   * without the person (`offline_access`, OpenID Connect Core §11) to others than first parties goes on by itself.
   */
  endSteps(sessionId: string, reason: string, at: Date): readonly WriteStep[]
  /** Ends the user's sessions and all tokens issued for them, except one browser session and its tokens. */
  endAllOfUserSteps(userId: string, reason: string, at: Date, exceptSessionId?: string): readonly WriteStep[]
  /** Ends what was issued to the client for the user. */
  endTokensOfSteps(userId: string, clientId: string, reason: string, at: Date): readonly WriteStep[]
  /** The browser session that a token hangs on. */
  findParentId(sessionId: string): Promise<string | undefined>
  /** The user's live browser sessions, newest first. */
  listBrowserSessions(userId: string, now: Date): Promise<readonly ListedSession[]>
  endAllOfClientSteps(clientId: string, reason: string, at: Date): readonly WriteStep[]
}
