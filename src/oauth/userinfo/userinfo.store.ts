import type { UserView } from '../user-view.ts'

export interface UserinfoSession {
  readonly sessionId: string
  readonly clientId: string | undefined
  /** Of the access token; none of a cookie. */
  readonly scopes: readonly string[]
  /** Whether `openid` was granted, also where a refresh left it out: asking for less tells no more. */
  readonly isOpenid: boolean
  /** Claims of the person that were asked for by name (OpenID Connect Core §5.5). */
  readonly requestedClaims: readonly string[]
  /** Undefined for tokens that act for no user. */
  readonly user: UserView | undefined
}

/** Live sessions with their user in one indexed read: not ended, not expired, user and client there and active. */
export interface UserinfoStore {
  findByAccessToken(tokenHash: string, now: Date): Promise<UserinfoSession | undefined>
  findByCookie(tokenHash: string, now: Date): Promise<UserinfoSession | undefined>
}
