import type { Client } from '../../clients/client.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import { hashSecretToken, newOrderedId, newSecretToken } from '../../kernel/secret-token.ts'
import type { WriteStep } from '../../kernel/transact.ts'
import { acrOf, isAcrReached } from '../../sessions/authentication-context.ts'
import type { LogoutNoticeStore } from '../../sessions/logout-notice.store.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import type { NextStop } from '../../sign-in/authorization-flow.ts'
import type { RequestedClaims } from '../requested-claims.ts'
import type { IssueTokensDeps } from '../token/issue-tokens.ts'
import { issueTokens } from '../token/issue-tokens.ts'
import type { UserViewStore } from '../user-view.store.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import type { Responder } from './respond.ts'

/** RFC 6749 §4.1.2 allows ten minutes; a browser needs less than one. */
const CODE_MILLISECONDS = 60_000

export interface IssueAnswerDeps extends IssueTokensDeps {
  readonly userViews: UserViewStore
  readonly logoutNotices: Pick<LogoutNoticeStore, 'rememberStep'>
  readonly responder: Responder
  readonly clock: Clock
}

export interface AnswerToIssue {
  readonly request: AuthorizeRequest
  readonly client: Client
  readonly session: BrowserSession
  readonly browserHash: string
  readonly origin: RequestOrigin | undefined
}

/**
 * Makes what the response type asks for and the location that brings it to the client (RFC 6749 §4.1.2, §4.2.2; OpenID
 * Connect Core §3.2.2.5, §3.3.2.5). Tokens of a hybrid answer belong to the family of its code, and the ID token is bound to
 * both. All of it is good once the steps commit, which a session that ended meanwhile refuses.
 */
export const answerToIssue = async (deps: IssueAnswerDeps, issue: AnswerToIssue): Promise<NextStop> => {
  const { request, client, session, browserHash, origin } = issue
  const { responseWords, scopes } = request
  const at = deps.clock.now()
  const requestedClaims = promisedClaims(request, session)
  const code = responseWords.includes('code') ? codeToIssue(deps, issue, requestedClaims, at) : undefined
  const tokens = responseWords.includes('token')
    ? await issueTokens(deps, {
        client,
        flow: 'implicit',
        authority: { kind: 'browser-session', session, familyId: code?.id, requestedClaims },
        scopes,
        at,
        origin,
      })
    : undefined
  const idToken = responseWords.includes('id_token')
    ? await deps.maker.makeIdToken(
        {
          client,
          userId: session.userId,
          user: await deps.userViews.find(session.userId),
          sessionId: session.id,
          nonce: request.nonce,
          authenticatedAt: session.authenticatedAt,
          proven: session.proven,
          scopes,
          requestedClaims,
        },
        { accessToken: tokens?.accessToken, code: code?.code },
        at,
      )
    : undefined
  const parameters = {
    code: code?.code,
    ...Object.fromEntries(
      Object.entries(tokens?.response ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    id_token: idToken,
  }
  return {
    location: deps.responder.answer(request, parameters, browserHash),
    steps: [
      ...(code?.steps ?? []),
      ...(tokens?.steps ?? []),
      ...(idToken === undefined ? [] : [deps.sessions.aliveGuard(session.id, at)]),
      // NOTE: written for those alone that want to be told, since it is once more per authorization.
      ...(client.backChannelLogoutUri === undefined
        ? []
        : [deps.logoutNotices.rememberStep(session, client.id)]),
      deps.auditLog.step({
        event: 'authorization',
        outcome: 'success',
        userId: session.userId,
        clientId: request.clientId,
        actor: `User/${session.userId}`,
        detail: {
          sessionId: code?.id ?? tokens?.id ?? session.id,
          scope: scopes.join(' '),
          ...(responseWords.join(' ') === 'code' ? {} : { responseType: responseWords.join(' ') }),
        },
        ...(origin === undefined ? {} : { origin }),
      }),
    ],
  }
}

/** Undefined where nothing was asked for by name. */
const promisedClaims = (
  { requestedClaims, acr }: AuthorizeRequest,
  session: BrowserSession,
): RequestedClaims | undefined => {
  const reached = acrOf(session.proven)
  const told = acr?.values.find((asked) => isAcrReached(reached, asked))
  const { idToken, userinfo } = requestedClaims
  if (told === undefined && idToken.length === 0 && userinfo.length === 0) return undefined
  return { ...requestedClaims, ...(told === undefined ? {} : { acr: told }) }
}

/** A code of 256 random bits: only its hash is stored, bound to client, redirect URI, challenge, nonce and browser session. */
const codeToIssue = (
  deps: IssueAnswerDeps,
  { request, session }: AnswerToIssue,
  requestedClaims: RequestedClaims | undefined,
  at: Date,
): { readonly id: string; readonly code: string; readonly steps: readonly WriteStep[] } => {
  const code = newSecretToken(deps.random)
  const id = newOrderedId(deps.random, at)
  const step = deps.tokens.addCodeStep({
    id,
    familyId: id,
    flow: 'authorization_code',
    audience: undefined,
    userId: session.userId,
    clientId: request.clientId,
    parentId: session.id,
    scopes: request.scopes,
    nonce: request.nonce,
    requestedClaims,
    proven: session.proven,
    issuer: undefined,
    authenticatedAt: session.authenticatedAt,
    codeHash: hashSecretToken(code),
    codeChallenge: request.codeChallenge,
    redirectUri: request.isRedirectUriGiven ? request.redirectUri : undefined,
    at,
    expiresAt: new Date(at.getTime() + CODE_MILLISECONDS),
  })
  return { id, code, steps: [step] }
}
