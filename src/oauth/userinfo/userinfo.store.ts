import type { UserView } from '../user-view.ts'

export interface UserinfoSession {
  readonly sessionId: string
  readonly clientId: string | undefined
  /** Undefined for tokens that act for no user. */
  readonly user: UserView | undefined
}

/** Live sessions with their user in one indexed read: not ended, not expired, user and client there and active. */
export interface UserinfoStore {
  findByAccessToken(tokenHash: string, now: Date): Promise<UserinfoSession | undefined>
  findByCookie(tokenHash: string, now: Date): Promise<UserinfoSession | undefined>
}
