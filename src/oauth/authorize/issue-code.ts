import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Random } from '../../kernel/random.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import { hashSecretToken, newId, newSecretToken } from '../../kernel/secret-token.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import type { NextStop } from '../../sign-in/authorization-flow.ts'
import type { TokenStore } from '../token/token.store.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { responseLocation } from './response-location.ts'

/** RFC 6749 §4.1.2 allows ten minutes; a browser needs less than one. */
const CODE_MILLISECONDS = 60_000

export interface IssueCodeDeps {
  readonly tokens: TokenStore
  readonly auditLog: AuditLog
  readonly clock: Clock
  readonly random: Random
  readonly issuer: string
}

export interface CodeToIssue {
  readonly request: AuthorizeRequest
  readonly session: BrowserSession
  readonly origin: RequestOrigin | undefined
}

/**
 * Makes a code of 256 random bits and the location that brings it to the client (RFC 6749 §4.1.2, RFC 9207 §2). Only its
 * hash is stored, bound to the client, redirect URI, challenge, nonce and browser session; it is one once the steps commit.
 */
export const codeToIssue = (deps: IssueCodeDeps, issue: CodeToIssue): NextStop => {
  const { request, session, origin } = issue
  const at = deps.clock.now()
  const code = newSecretToken(deps.random)
  const id = newId(deps.random)
  const steps = [
    deps.tokens.addCodeStep({
      id,
      familyId: id,
      flow: 'authorization_code',
      audience: undefined,
      userId: session.userId,
      clientId: request.clientId,
      parentId: session.id,
      scopes: request.scopes,
      nonce: request.nonce,
      proven: session.proven,
      authenticatedAt: session.authenticatedAt,
      codeHash: hashSecretToken(code),
      codeChallenge: request.codeChallenge,
      redirectUri: request.isRedirectUriGiven ? request.redirectUri : undefined,
      at,
      expiresAt: new Date(at.getTime() + CODE_MILLISECONDS),
    }),
    deps.auditLog.step({
      event: 'authorization',
      outcome: 'success',
      userId: session.userId,
      clientId: request.clientId,
      actor: `User/${session.userId}`,
      detail: { sessionId: id, scope: request.scopes.join(' ') },
      ...(origin === undefined ? {} : { origin }),
    }),
  ]
  return {
    location: responseLocation(request.redirectUri, { code, state: request.state, iss: deps.issuer }),
    steps,
  }
}
