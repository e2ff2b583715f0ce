import type { WriteStep } from '../kernel/transact.ts'
import type { BrowserSession } from './session.ts'

/** An application that is still to be told that a session ended. */
export interface LogoutNotice {
  readonly sessionId: string
  readonly clientId: string
  readonly userId: string
  /** This one included. */
  readonly attempts: number
  /** In milliseconds. */
  readonly giveUpAt: number
}

/** What the ends of sessions queue, in the transaction that ends them. */
export interface LogoutNoticeStore {
  /** The session signs its user in to the client, which is to be told when it ends. */
  rememberStep(session: Pick<BrowserSession, 'id' | 'expiresAt'>, clientId: string): WriteStep
  /**
   * Takes the notice that waited longest, that nobody is at work on and whose application is not left alone; it is due again
   * at `leaseUntil` unless it is settled until then. Of any number of processes one gets it. Commits.
   */
  claim(now: Date, leaseUntil: Date): Promise<LogoutNotice | undefined>
  /** The application knows, or never will. */
  doneStep(notice: LogoutNotice): WriteStep
  /** Leaves the application alone until then: whatever is due to it waits. */
  holdStep(clientId: string, until: Date): WriteStep
  retryStep(notice: LogoutNotice, at: Date): WriteStep
}
