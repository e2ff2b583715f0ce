import { redirectUrisOf } from '../../clients/flow.ts'
import { isSecretRequired } from '../../clients/is-secret-required.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { oauthProblem } from '../../kernel/problem.ts'
import { hashSecretToken } from '../../kernel/secret-token.ts'
import type { Transact } from '../../kernel/transact.ts'
import { commit } from '../../kernel/transact.ts'
import type { UserView } from '../user-view.ts'
import { userInfo } from '../user-view.ts'
import { userClaims } from '../userinfo/user-claims.ts'
import { verifyCodeVerifier } from './code-verifier.ts'
import type { Grant, TokenRequest } from './grant.ts'
import { ignore } from './grant.ts'
import type { IssueTokensDeps } from './issue-tokens.ts'
import { issueTokens } from './issue-tokens.ts'
import { endReusedFamily, grantFailure } from './refused-grant.ts'
import type { StoredCode } from './token.store.ts'

export interface RedeemCodeDeps extends IssueTokensDeps {
  readonly transact: Transact
  readonly clock: Clock
}

type Verdict =
  | { readonly kind: 'right'; readonly user: UserView }
  | { readonly kind: 'reused' }
  | { readonly kind: 'wrong'; readonly reason: string; readonly description: string }

const CODE_IS_NOT_VALID = 'the code is unknown, expired or used; start again at the authorization endpoint'

/**
 * Redeems an authorization code for tokens (RFC 6749 §4.1.3, PKCE: RFC 7636 §4.6).
 * One read and one transaction. The code is used up even if a check fails, and in the same statement that issues; a second
 * use, however close, ends every token issued from it (§4.1.2).
 * @throws {Problem} oauth/invalid_grant — unknown, expired, used, other client, other redirect_uri, wrong verifier
 */
const redeemCode = async (
  deps: RedeemCodeDeps,
  request: TokenRequest,
  found: Promise<StoredCode | undefined> | undefined,
): Promise<JsonObject> => {
  const { client } = request
  if (found === undefined) throw oauthProblem('invalid_request', 'code is missing')
  const stored = await found
  if (stored === undefined) {
    await deps.auditLog.record(grantFailure('token-issue', request, undefined, 'unknown-code'))
    throw oauthProblem('invalid_grant', CODE_IS_NOT_VALID)
  }
  const at = deps.clock.now()
  const verdict = judge(stored, request, at)
  if (verdict.kind === 'reused') return endFamily(deps, request, stored, at)
  if (verdict.kind === 'wrong') {
    await commit(deps.transact, [
      deps.tokens.useUpCodeStep(stored.id, at),
      deps.auditLog.step(grantFailure('token-issue', request, stored, verdict.reason)),
    ])
    throw oauthProblem('invalid_grant', verdict.description)
  }
  const issued = await issueTokens(deps, {
    client,
    flow: 'authorization_code',
    authority: { kind: 'code', code: stored },
    scopes: stored.scopes,
    at,
    origin: request.origin,
  })
  const outcome = await deps.transact(issued.steps)
  if (outcome.kind === 'refused') return endFamily(deps, request, stored, at)
  return { ...issued.response, userinfo: shownUser(client, stored, verdict.user) }
}

/** The User; an application of others that asked for `openid` gets what it asked for, as from userinfo (ADR 12). */
const shownUser = (
  { isFirstParty }: TokenRequest['client'],
  { scopes, requestedClaims }: StoredCode,
  user: UserView,
): JsonObject =>
  isFirstParty || !scopes.includes('openid')
    ? userInfo(user)
    : userClaims(user, scopes, requestedClaims?.userinfo ?? [])

/** `grant_type=authorization_code` (RFC 6749 §4.1.3). */
export const createAuthorizationCodeGrant = (deps: RedeemCodeDeps): Grant => ({
  isAllowed: (client) => client.grantTypes.has('authorization_code'),
  isSecretRequired,
  begin: (parameters) => {
    const code = parameters.get('code')
    const found = code === undefined ? undefined : deps.tokens.findCode(hashSecretToken(code))
    found?.catch(ignore)
    return (request) => redeemCode(deps, request, found)
  },
})

const judge = (stored: StoredCode, { client, parameters }: TokenRequest, at: Date): Verdict => {
  // NOTE: first of all, so that a stolen code shown by another client cannot end the tokens of the right one.
  if (stored.clientId !== client.id) return wrong('other-client', CODE_IS_NOT_VALID)
  if (stored.isUsed) return { kind: 'reused' }
  if (stored.isEnded) return wrong('ended', CODE_IS_NOT_VALID)
  if (stored.codeExpiresAt <= at.getTime()) return wrong('expired', CODE_IS_NOT_VALID)
  if (stored.user === undefined) return wrong('unknown-user', CODE_IS_NOT_VALID)
  if (!stored.user.isActive) return wrong('inactive', 'User is inactive')
  const redirectUri = parameters.get('redirect_uri')
  // NOTE: left out there it is left out here, or it is the only one that could be meant.
  const isRedirectUriRight =
    stored.redirectUri === undefined
      ? redirectUri === undefined || redirectUri === redirectUrisOf(client, 'authorization_code')[0]
      : redirectUri === stored.redirectUri
  if (!isRedirectUriRight)
    return wrong('other-redirect-uri', 'redirect_uri must be the one of the authorization request')
  return (
    judgeVerifier(stored.codeChallenge, parameters.get('code_verifier')) ?? {
      kind: 'right',
      user: stored.user,
    }
  )
}

const judgeVerifier = (challenge: string | undefined, verifier: string | undefined): Verdict | undefined => {
  // NOTE: a verifier for a request without challenge means that somebody stripped the challenge (RFC 9700 §4.8.2).
  if (challenge === undefined)
    return verifier === undefined
      ? undefined
      : wrong('verifier-without-challenge', 'the authorization request had no code_challenge')
  if (verifier === undefined) return wrong('verifier-missing', 'code_verifier is missing')
  return verifyCodeVerifier(verifier, challenge)
    ? undefined
    : wrong('wrong-verifier', 'code_verifier does not match the code_challenge')
}

const wrong = (reason: string, description: string): Verdict => ({ kind: 'wrong', reason, description })

const endFamily = async (
  deps: RedeemCodeDeps,
  request: TokenRequest,
  stored: StoredCode,
  at: Date,
): Promise<never> => {
  await endReusedFamily(deps, request, stored, 'code', at)
  throw oauthProblem('invalid_grant', CODE_IS_NOT_VALID)
}
