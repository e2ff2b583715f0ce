import type { Flow } from '../../clients/client.ts'
import type { WriteStep } from '../../kernel/transact.ts'
import type { ProvenFactor } from '../../sessions/session.ts'
import type { RequestedClaims } from '../requested-claims.ts'
import type { UserView } from '../user-view.ts'

/** What every token of one authorization has in common. */
export interface Authorization {
  readonly familyId: string
  /** By which it began; a refresh stays in it. */
  readonly flow: Flow
  /** Undefined where the client acts for itself. */
  readonly userId: string | undefined
  readonly clientId: string
  /** The browser session it hangs on: signing out there ends it. */
  readonly parentId: string | undefined
  /** What the person granted; a refresh may ask for less, its successor has all of it again (RFC 6749 §6). */
  readonly scopes: readonly string[]
  /** Undefined: what the client has configured. */
  readonly audience: readonly string[] | undefined
  readonly nonce: string | undefined
  /** Beside what the scopes ask for; undefined where nothing was asked for by name. */
  readonly requestedClaims: RequestedClaims | undefined
  readonly proven: readonly ProvenFactor[]
  /** Who vouched for the user where nobody signed in here: the issuer of the token that was exchanged. */
  readonly issuer: string | undefined
  readonly authenticatedAt: number
}

export interface NewCode extends Authorization {
  readonly id: string
  readonly codeHash: string
  readonly codeChallenge: string | undefined
  /** As sent in the authorization request; undefined when it was left out there. */
  readonly redirectUri: string | undefined
  readonly at: Date
  readonly expiresAt: Date
}

/** A row of tokens that came of no code. */
export interface NewTokens {
  readonly id: string
  readonly authorization: Authorization
  readonly tokens: IssuedHashes
  readonly at: Date
}

/** The hashes and lifetimes of what is issued; never the tokens. */
export interface IssuedHashes {
  readonly accessHash: string
  readonly accessScopes: readonly string[]
  readonly expiresAt: Date
  readonly refresh: { readonly hash: string; readonly expiresAt: Date } | undefined
}

interface StoredTokens extends Authorization {
  readonly id: string
  /** Of this row or of the browser session it hangs on. */
  readonly isEnded: boolean
  /** Undefined when the user was deleted, or there is none. */
  readonly user: Pick<UserView, 'isActive'> | undefined
}

export interface StoredCode extends StoredTokens {
  readonly userId: string
  /** To be shown with the tokens. */
  readonly user: UserView | undefined
  readonly codeChallenge: string | undefined
  readonly redirectUri: string | undefined
  readonly codeExpiresAt: number
  readonly isUsed: boolean
}

export interface StoredRefresh extends StoredTokens {
  readonly endedReason: string | undefined
  readonly refreshExpiresAt: number
  readonly usedAt: number | undefined
  readonly successor: { readonly id: string; readonly isUsed: boolean } | undefined
}

/** Codes and tokens on the rows of `session`. Every find is one indexed read, two of a refresh token that was used. */
export interface TokenStore {
  addCodeStep(code: NewCode): WriteStep
  findCode(codeHash: string): Promise<StoredCode | undefined>
  /** Guarded: uses the code up and puts the tokens in its place, in one statement; refused when used, ended or expired. */
  redeemCodeStep(codeId: string, tokens: IssuedHashes, at: Date): WriteStep
  /** Uses the code up without issuing anything; changes nothing when it was used. */
  useUpCodeStep(codeId: string, at: Date): WriteStep
  findRefresh(refreshHash: string): Promise<StoredRefresh | undefined>
  /** Guarded: uses the refresh token up and ends its access token; refused when used, ended or expired. */
  useRefreshStep(id: string, successorId: string, at: Date): WriteStep
  /** Only `issueTokens` calls it, as the other steps that issue. */
  addTokensStep(tokens: NewTokens): WriteStep
  /** Adds one to the contenders of a used refresh token and answers the count, this one included. Commits. */
  contend(id: string): Promise<number>
  /**
   * Guarded: hands the token's place to another successor and takes the contenders back to zero; refused unless
   * exactly one contended and the successor is still the one that was seen.
   */
  replaceSuccessorStep(id: string, from: string, to: string): WriteStep
  /** Guarded: ends tokens that were not refreshed yet. */
  supersedeStep(id: string, at: Date): WriteStep
  /** Ends every token of the family, also such as other transactions are about to add. */
  endFamilySteps(familyId: string, reason: string, at: Date): readonly WriteStep[]
}
