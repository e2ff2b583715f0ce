import type { AuditLog } from '../../audit/audit-log.store.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Problem } from '../../kernel/problem.ts'
import type { Random } from '../../kernel/random.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import { hashSecretToken, newId, newSecretToken } from '../../kernel/secret-token.ts'
import type { Transact } from '../../kernel/transact.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import type { TokenStore } from '../token/token.store.ts'
import type { AuthorizationRequestStore } from './authorization-request.store.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { responseLocation } from './response-location.ts'

/** RFC 6749 §4.1.2 allows ten minutes; a browser needs less than one. */
const CODE_MILLISECONDS = 60_000

export interface IssueCodeDeps {
  readonly tokens: TokenStore
  readonly requests: AuthorizationRequestStore
  readonly auditLog: AuditLog
  readonly transact: Transact
  readonly clock: Clock
  readonly random: Random
  readonly issuer: string
}

export interface CodeToIssue {
  readonly request: AuthorizeRequest
  readonly session: BrowserSession
  /** The saved request, which the code uses up. */
  readonly requestId: string | undefined
  readonly origin: RequestOrigin | undefined
}

/**
 * Issues a code of 256 random bits and answers the location that brings it to the client (RFC 6749 §4.1.2, RFC 9207 §2).
 * Only its hash is stored, bound to the client, redirect URI, challenge, nonce and browser session. One transaction.
 * @throws {Problem} gone — the saved request was answered already
 */
export const issueCode = async (deps: IssueCodeDeps, issue: CodeToIssue): Promise<string> => {
  const { request, session, requestId, origin } = issue
  const at = deps.clock.now()
  const code = newSecretToken(deps.random)
  const id = newId(deps.random)
  const outcome = await deps.transact([
    ...(requestId === undefined ? [] : [deps.requests.useStep(requestId)]),
    deps.tokens.addCodeStep({
      id,
      familyId: id,
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
  ])
  if (outcome.kind === 'refused') throw requestIsOver()
  return responseLocation(request.redirectUri, { code, state: request.state, iss: deps.issuer })
}

/** A 410 for a request that was answered already, expired, or belongs to another browser. */
export const requestIsOver = (): Problem =>
  new Problem({
    kind: 'gone',
    message:
      'This sign-in was finished already or took too long. Go back to the application and start again.',
  })
