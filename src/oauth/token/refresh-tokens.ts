import { mayRefresh, mayUse, REFRESHABLE } from '../../clients/flow.ts'
import { isSecretRequired } from '../../clients/is-secret-required.ts'
import type { Clock, Pause } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Problem } from '../../kernel/problem.ts'
import { oauthProblem } from '../../kernel/problem.ts'
import { hashSecretToken } from '../../kernel/secret-token.ts'
import type { Transact } from '../../kernel/transact.ts'
import type { IntrospectorStore } from '../introspector/introspector.store.ts'
import { isWithin, parseScope, permittedScopes } from '../scope.ts'
import type { UserViewStore } from '../user-view.store.ts'
import type { UserView } from '../user-view.ts'
import type { Grant, TokenRequest } from './grant.ts'
import { ignore } from './grant.ts'
import type { IssueTokensDeps } from './issue-tokens.ts'
import { issueTokens } from './issue-tokens.ts'
import { endReusedFamily, grantFailure } from './refused-grant.ts'
import type { StoredRefresh } from './token.store.ts'

/** A client that lost the answer may ask again for this long; later it is reuse. */
const GRACE_MILLISECONDS = 10_000

/** How long a retry waits to see whether others come with the same token. */
const CONTENTION_MILLISECONDS = 200

export interface RefreshTokensDeps extends IssueTokensDeps {
  readonly transact: Transact
  readonly clock: Clock
  readonly pause: Pause
  readonly userViews: UserViewStore
  readonly introspectors: Pick<IntrospectorStore, 'findByIssuer'>
}

const SCOPE_IS_TOO_WIDE =
  'scope may only name scopes that were granted and that the client may have; leave it out to keep those'

const TOKEN_IS_NOT_VALID = 'the refresh token is unknown, expired or used; the person must sign in again'

/**
 * Exchanges a refresh token for a new pair (RFC 6749 §6) and rotates it (RFC 9700 §4.14.2): the token and its access
 * token end, one read and one transaction. Of any number of equal requests at once exactly one gets a pair.
 * A single retry within 10 s gets a fresh pair in place of the lost one; any other second use ends the family.
 * @throws {Problem} oauth/invalid_grant — unknown, expired, ended, used, other client, user inactive
 * @throws {Problem} oauth/invalid_scope — more than was granted; nothing is used up
 */
const refreshTokens = async (
  deps: RefreshTokensDeps,
  request: TokenRequest,
  found: Promise<StoredRefresh | undefined> | undefined,
): Promise<JsonObject> => {
  if (found === undefined) throw oauthProblem('invalid_request', 'refresh_token is missing')
  const stored = await found
  const fault = faultOf(stored, request, deps.clock.now()) ?? (await faultOfIssuer(deps, stored, request))
  if (fault !== undefined) {
    await deps.auditLog.record(grantFailure('token-refresh', request, stored, fault.reason))
    throw fault.problem
  }
  if (stored === undefined) throw oauthProblem('invalid_grant', TOKEN_IS_NOT_VALID)
  if (stored.endedReason === 'superseded') return endFamily(deps, request, stored)
  const scopes = narrowedScopes(request, stored)
  if (scopes === undefined) {
    await deps.auditLog.record(grantFailure('token-refresh', request, stored, 'wider-scope'))
    throw oauthProblem('invalid_scope', SCOPE_IS_TOO_WIDE)
  }
  if (stored.usedAt === undefined) return rotate(deps, request, stored, scopes)
  return retry(deps, request, stored, stored.usedAt, scopes)
}

/** `grant_type=refresh_token` (RFC 6749 §6). */
export const createRefreshTokenGrant = (deps: RefreshTokensDeps): Grant => ({
  isAllowed: (client) => REFRESHABLE.some((flow) => mayRefresh(client, flow)),
  // NOTE: which flow the token descends from is not known yet; faultOf asks once more.
  isSecretRequired: (client, hasSecret) => {
    const flows = REFRESHABLE.filter((flow) => mayUse(client, flow) && mayRefresh(client, flow))
    const [first = 'authorization_code', ...others] = flows
    return [first, ...others].every((flow) => isSecretRequired(client, hasSecret, flow))
  },
  begin: (parameters) => {
    const token = parameters.get('refresh_token')
    const found = token === undefined ? undefined : deps.tokens.findRefresh(hashSecretToken(token))
    found?.catch(ignore)
    return (request) => refreshTokens(deps, request, found)
  },
})

interface Fault {
  readonly reason: string
  readonly problem: Problem
}

const faultOf = (stored: StoredRefresh | undefined, request: TokenRequest, now: Date): Fault | undefined => {
  if (stored === undefined) return invalid('unknown-token')
  if (stored.clientId !== request.client.id) return invalid('other-client')
  if (stored.isEnded && stored.endedReason !== 'superseded') return invalid('ended')
  if (!mayRefresh(request.client, stored.flow)) return flowIsOver
  if (!request.isAuthenticated && isSecretRequired(request.client, request.hasSecret, stored.flow))
    return secretIsMissing
  if (stored.refreshExpiresAt <= now.getTime()) return invalid('expired')
  if (stored.userId === undefined) return undefined
  if (stored.user === undefined) return invalid('unknown-user')
  return stored.user.isActive ? undefined : invalid('inactive', 'User is inactive')
}

/** Who vouched for the user must be trusted still: by the client, and by a TokenIntrospector that stands for them. */
const faultOfIssuer = async (
  { introspectors }: RefreshTokensDeps,
  stored: StoredRefresh | undefined,
  { client }: TokenRequest,
): Promise<Fault | undefined> => {
  const issuer = stored?.issuer
  if (issuer === undefined) return undefined
  if (!client.allowedIssuers.includes(issuer)) return invalid('other-issuer')
  const introspector =
    (await introspectors.findByIssuer('jwt', issuer)) ?? (await introspectors.findByIssuer('opaque', issuer))
  return introspector === undefined ? invalid('unknown-issuer') : undefined
}

const flowIsOver: Fault = {
  reason: 'flow-not-allowed',
  problem: oauthProblem('unauthorized_client', 'the client may no longer use the grant that gave the token'),
}

const secretIsMissing: Fault = {
  reason: 'secret-missing',
  problem: oauthProblem('invalid_client', 'the client must show its secret for this refresh token'),
}

const invalid = (reason: string, description = TOKEN_IS_NOT_VALID): Fault => ({
  reason,
  problem: oauthProblem('invalid_grant', description),
})

/** What was granted and the client may still have, or of that what it asks for; undefined where that is not possible. */
const narrowedScopes = (request: TokenRequest, stored: StoredRefresh): readonly string[] | undefined => {
  const scope = request.parameters.get('scope')
  const granted = permittedScopes(stored.scopes, request.client.allowedScopes)
  if (scope === undefined) return granted.length === 0 && stored.scopes.length > 0 ? undefined : granted
  const asked = parseScope(scope)
  return asked !== undefined && isWithin(asked, granted) ? asked : undefined
}

const rotate = async (
  deps: RefreshTokensDeps,
  request: TokenRequest,
  stored: StoredRefresh,
  scopes: readonly string[],
): Promise<JsonObject> => {
  const at = deps.clock.now()
  const outcome = await issue(deps, request, stored, scopes, at, undefined)
  if (outcome !== undefined) return outcome
  await deps.tokens.contend(stored.id)
  return refuseContender(deps, request, stored)
}

/** Somebody comes with a token that was used: a client that lost the answer, one of many equal requests, or a thief. */
const retry = async (
  deps: RefreshTokensDeps,
  request: TokenRequest,
  stored: StoredRefresh,
  usedAt: number,
  scopes: readonly string[],
): Promise<JsonObject> => {
  const { successor } = stored
  const isInGrace = deps.clock.now().getTime() - usedAt <= GRACE_MILLISECONDS
  if (!isInGrace || successor === undefined || successor.isUsed) return endFamily(deps, request, stored)
  const contenders = await deps.tokens.contend(stored.id)
  // NOTE: a request that came before the token was used is no retry of the one that used it.
  if (contenders > 1 || request.arrivedAt.getTime() < usedAt) return refuseContender(deps, request, stored)
  await deps.pause(CONTENTION_MILLISECONDS)
  const at = deps.clock.now()
  const outcome = await issue(deps, request, stored, scopes, at, successor.id)
  return outcome ?? refuseContender(deps, request, stored)
}

/** Makes a successor in one transaction with its guards; undefined when one of them refused. */
const issue = async (
  deps: RefreshTokensDeps,
  { client, origin }: TokenRequest,
  stored: StoredRefresh,
  scopes: readonly string[],
  at: Date,
  lostSuccessorId: string | undefined,
): Promise<JsonObject | undefined> => {
  const issued = await issueTokens(deps, {
    client,
    flow: stored.flow,
    authority: {
      kind: 'refresh',
      token: stored,
      lostSuccessorId,
      user: await userToTell(deps, stored, scopes),
    },
    scopes,
    at,
    origin,
  })
  const outcome = await deps.transact(issued.steps)
  return outcome.kind === 'committed' ? issued.response : undefined
}

/** OpenID Connect Core §12.2: a refreshed ID token is made by the rules of the first. A read, where claims were asked for by name. */
const userToTell = async (
  { userViews }: RefreshTokensDeps,
  { userId, requestedClaims }: StoredRefresh,
  scopes: readonly string[],
): Promise<UserView | undefined> => {
  const isAsked = (requestedClaims?.idToken.length ?? 0) > 0 && scopes.includes('openid')
  return isAsked && userId !== undefined ? userViews.find(userId) : undefined
}

const refuseContender = async (
  deps: RefreshTokensDeps,
  request: TokenRequest,
  stored: StoredRefresh,
): Promise<never> => {
  await deps.auditLog.record(grantFailure('token-refresh', request, stored, 'contended'))
  throw oauthProblem('invalid_grant', 'the refresh token was used by another request at the same time')
}

const endFamily = async (
  deps: RefreshTokensDeps,
  request: TokenRequest,
  stored: StoredRefresh,
): Promise<never> => {
  await endReusedFamily(deps, request, stored, 'refresh-token', deps.clock.now())
  throw oauthProblem('invalid_grant', TOKEN_IS_NOT_VALID)
}
