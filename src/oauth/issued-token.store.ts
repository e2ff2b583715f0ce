import type { WriteStep } from '../kernel/transact.ts'
import type { TokenRow } from './token/token-row.ts'

/** A token as somebody shows it who wants to know of it or to end it. */
export interface IssuedToken extends TokenRow {
  readonly kind: 'access' | 'refresh'
  /** Of the user it acts for: what to sign in with. */
  readonly username: string | undefined
  readonly issuedAt: number
  readonly expiresAt: number
  /** Neither used, ended nor expired, of a user and a client that are there and active. */
  readonly isLive: boolean
  /** A refresh token that was used, of which others descend that may live. */
  readonly isReplaced: boolean
  /** Why it is not live, for the audit log. */
  readonly fault: string | undefined
}

/** Looks tokens up by their hash, live ones or not; a browser's session is none. */
export interface IssuedTokenStore {
  /** Every find is one indexed read, two where the hint is wrong (RFC 7009 §2.1, RFC 7662 §2.1). */
  find(tokenHash: string, now: Date, hint?: 'access' | 'refresh'): Promise<IssuedToken | undefined>
  /** When the last live access token ends. */
  latestExpiry(): Promise<Date | undefined>
  /** Ends the access token alone; its refresh token stays. */
  endAccessStep(id: string, at: Date): WriteStep
}
