/** A factor and when it was proven (milliseconds). Levels (acr, amr) are computed from these, never stored. */
export interface ProvenFactor {
  readonly factor: string
  readonly at: number
}

/** A finished sign-in in a browser, as its cookie finds it. */
export interface BrowserSession {
  /** The same for as long as one person is signed in to one browser. */
  readonly id: string
  /** Hash of the cookie that found it: another one after each sign-in, so that what a thief of the old one saw is worth nothing. */
  readonly cookieHash?: string
  readonly userId: string
  readonly proven: readonly ProvenFactor[]
  readonly authenticatedAt: number
  readonly expiresAt: number
}

/** A browser session as its person sees it among the others. */
export interface ListedSession extends BrowserSession {
  /** Of the browser when it signed in; undefined for sessions from before that was kept. */
  readonly address: string | undefined
  readonly userAgent: string | undefined
  /** When it signed in, or an application last got tokens by it; in milliseconds. */
  readonly lastUsedAt: number
}

/** A live access token, as a bearer presents it. */
export interface TokenSession {
  readonly id: string
  /** The same for all tokens that descend from one authorization. */
  readonly familyId: string
  readonly userId: string | undefined
  readonly clientId: string | undefined
  readonly scope: string | undefined
  /** When the user signed in, in milliseconds; undefined where nobody did for this token. */
  readonly authenticatedAt: number | undefined
  readonly expiresAt: number
}
