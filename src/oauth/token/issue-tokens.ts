import type { AccountStore } from '../../accounts/account.store.ts'
import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { Client, Flow } from '../../clients/client.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Random } from '../../kernel/random.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import { newOrderedId } from '../../kernel/secret-token.ts'
import type { WriteStep } from '../../kernel/transact.ts'
import type { SessionStore } from '../../sessions/session.store.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import type { FinishedSignIn } from '../../sign-in/sign-in-step.ts'
import type { VerifiedSubject } from '../introspector/verify-subject-token.ts'
import type { RequestedClaims } from '../requested-claims.ts'
import type { UserView } from '../user-view.ts'
import type { TokenMaker } from './issued-tokens.ts'
import { makeTokens, tokenResponse } from './issued-tokens.ts'
import type { Authorization, StoredCode, StoredRefresh, TokenStore } from './token.store.ts'

export interface IssueTokensDeps {
  readonly tokens: TokenStore
  readonly sessions: Pick<SessionStore, 'aliveGuard'>
  readonly accounts: Pick<AccountStore, 'activeGuard'>
  readonly maker: TokenMaker
  readonly auditLog: AuditLog
  readonly random: Random
}

/**
 * By what right tokens are issued. For a user it is a finished sign-in or what descends from one, and each kind is spent
 * or looked at once more by a guard of the transaction that issues: what was made up, used or ended yields nothing.
 */
export type Authority =
  | { readonly kind: 'code'; readonly code: StoredCode }
  | {
      readonly kind: 'refresh'
      readonly token: StoredRefresh
      /** The successor whose answer was lost, which this one replaces; undefined for the first use of the token. */
      readonly lostSuccessorId: string | undefined
      /** Where the ID token tells claims about the person that were asked for by name. */
      readonly user: UserView | undefined
    }
  | { readonly kind: 'sign-in'; readonly finished: FinishedSignIn }
  | {
      readonly kind: 'browser-session'
      readonly session: BrowserSession
      /** Where a code of the same answer is its family: what ends the one ends the other. */
      readonly familyId: string | undefined
      readonly requestedClaims: RequestedClaims | undefined
    }
  | { readonly kind: 'subject-token'; readonly subject: VerifiedSubject }
  /** The client acts for itself. */
  | { readonly kind: 'client' }

export interface TokensToIssue {
  readonly client: Client
  /** Whose settings count; of a code or refresh token it is the one it descends from. */
  readonly flow: Flow
  readonly authority: Authority
  readonly scopes: readonly string[]
  /** What the client asked for of its configured audience; all of it where left out. */
  readonly audience?: readonly string[]
  readonly at: Date
  readonly origin: RequestOrigin | undefined
}

export interface PreparedTokens {
  /** Of the row, the `jti` of a JWT. */
  readonly id: string
  readonly accessToken: string
  /** RFC 6749 §5.1. */
  readonly response: JsonObject
  /** Issues, uses up what it is issued for and records it; refused by one of their guards, nothing was issued. */
  readonly steps: readonly WriteStep[]
}

/**
 * Makes the tokens of every grant: nothing else writes tokens. They are some once the steps commit.
 * Reads nothing and commits nothing.
 */
export const issueTokens = async (deps: IssueTokensDeps, issue: TokensToIssue): Promise<PreparedTokens> => {
  const { client, flow, authority, scopes, at } = issue
  const id = authority.kind === 'code' ? authority.code.id : newOrderedId(deps.random, at)
  const authorization = authorizationOf(issue, id)
  const tokens = await makeTokens(deps.maker, client, { ...authorization, id, scopes }, at)
  const row = { id, authorization, tokens: tokens.hashes, at }
  const idToken = await idTokenOf(deps.maker, issue, authorization, tokens.accessToken)
  return {
    id,
    accessToken: tokens.accessToken,
    response: {
      ...tokenResponse(tokens, scopes),
      ...(idToken === undefined ? {} : { id_token: idToken }),
    },
    steps: [
      ...guardsOf(deps, authority, id, at),
      authority.kind === 'code'
        ? deps.tokens.redeemCodeStep(id, tokens.hashes, at)
        : deps.tokens.addTokensStep(row),
      deps.auditLog.step({
        event: authority.kind === 'refresh' ? 'token-refresh' : 'token-issue',
        outcome: 'success',
        clientId: client.id,
        actor: `Client/${client.id}`,
        detail: detailOf(authority, flow, id),
        ...(authorization.userId === undefined ? {} : { userId: authorization.userId }),
        ...(issue.origin === undefined ? {} : { origin: issue.origin }),
        ...(authority.kind === 'refresh' && authority.lostSuccessorId !== undefined
          ? { reason: 'retried' }
          : {}),
      }),
    ],
  }
}

/** OpenID Connect Core §3.1.3.3, §12.2: whoever was granted `openid` is told who signed in, of a refresh without the nonce. */
const idTokenOf = async (
  { makeIdToken }: TokenMaker,
  { client, authority, scopes, at }: TokensToIssue,
  { userId, parentId, nonce, authenticatedAt, proven, requestedClaims }: Authorization,
  accessToken: string,
): Promise<string | undefined> => {
  // NOTE: nobody is told of a sign-in that was not here.
  if (userId === undefined || proven.length === 0 || !scopes.includes('openid')) return undefined
  // NOTE: the authorization endpoint makes its own, and only where it is asked for: it is bound to the code as well.
  if (authority.kind === 'browser-session') return undefined
  const subject = {
    client,
    userId,
    user: userOf(authority),
    sessionId: parentId,
    nonce: authority.kind === 'refresh' ? undefined : nonce,
    authenticatedAt,
    proven,
    scopes,
    requestedClaims,
  }
  return makeIdToken(subject, { accessToken }, at)
}

const userOf = (authority: Authority): UserView | undefined => {
  switch (authority.kind) {
    case 'code':
      return authority.code.user
    case 'refresh':
      return authority.user
    default:
      return undefined
  }
}

const detailOf = (authority: Authority, flow: Flow, sessionId: string): JsonObject => {
  switch (authority.kind) {
    case 'refresh':
      return { sessionId, replaces: authority.token.id }
    case 'sign-in':
      return { grant: flow, sessionId, factors: authority.finished.proven.map(({ factor }) => factor) }
    case 'subject-token':
      return { grant: flow, sessionId, issuer: authority.subject.issuer }
    default:
      return { grant: flow, sessionId }
  }
}

/** What the tokens have in common with all that will descend from them. */
const authorizationOf = (issue: TokensToIssue, id: string): Authorization => {
  const { authority, client, flow, scopes, at, audience } = issue
  switch (authority.kind) {
    case 'code':
      return authority.code
    case 'refresh':
      return authority.token
    default:
      return {
        familyId: id,
        flow,
        userId: undefined,
        clientId: client.id,
        parentId: undefined,
        scopes,
        audience,
        nonce: undefined,
        requestedClaims: undefined,
        proven: [],
        issuer: undefined,
        authenticatedAt: at.getTime(),
        ...personOf(authority),
      }
  }
}

type NewAuthority = Exclude<Authority, { readonly kind: 'code' | 'refresh' }>

const personOf = (authority: NewAuthority): Partial<Authorization> => {
  switch (authority.kind) {
    case 'client':
      return {}
    case 'subject-token':
      return { userId: authority.subject.userId, issuer: authority.subject.issuer }
    case 'sign-in': {
      const { userId, proven } = authority.finished
      return { userId, proven }
    }
    case 'browser-session': {
      const { session, familyId, requestedClaims } = authority
      const { id: parentId, userId, proven, authenticatedAt } = session
      const person = { userId, proven, authenticatedAt, parentId, requestedClaims }
      return { ...person, ...(familyId === undefined ? {} : { familyId }) }
    }
  }
}

const guardsOf = (
  { accounts, sessions, tokens }: IssueTokensDeps,
  authority: Authority,
  id: string,
  at: Date,
): readonly WriteStep[] => {
  switch (authority.kind) {
    // NOTE: the code is used up by the statement that issues (ADR 4).
    case 'code':
    case 'client':
      return []
    case 'refresh': {
      const { token, lostSuccessorId } = authority
      if (lostSuccessorId === undefined) return [tokens.useRefreshStep(token.id, id, at)]
      return [
        tokens.replaceSuccessorStep(token.id, lostSuccessorId, id),
        tokens.supersedeStep(lostSuccessorId, at),
      ]
    }
    case 'subject-token':
      return [accounts.activeGuard(authority.subject.userId)]
    case 'sign-in':
      return [...authority.finished.use, accounts.activeGuard(authority.finished.userId)]
    case 'browser-session':
      return [sessions.aliveGuard(authority.session.id, at), accounts.activeGuard(authority.session.userId)]
  }
}
