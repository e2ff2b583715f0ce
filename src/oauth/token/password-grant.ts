import { isSecretRequired } from '../../clients/is-secret-required.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { oauthProblem, Problem } from '../../kernel/problem.ts'
import { hashSecretToken } from '../../kernel/secret-token.ts'
import type { Transact } from '../../kernel/transact.ts'
import type { DirectSignInDeps } from '../../sign-in/direct-sign-in.ts'
import { beginDirectSignIn } from '../../sign-in/direct-sign-in.ts'
import type { PasswordRefusal } from '../../sign-in/prove-password.ts'
import type { SecondFactorRefusal } from '../../sign-in/prove-second-factor.ts'
import { checkSecondFactor } from '../../sign-in/prove-second-factor.ts'
import type { FinishedSignIn } from '../../sign-in/sign-in-step.ts'
import type { UserViewStore } from '../user-view.store.ts'
import { userInfo } from '../user-view.ts'
import { askedScopes } from './asked-of-client.ts'
import type { Grant, TokenRequest } from './grant.ts'
import type { IssueTokensDeps } from './issue-tokens.ts'
import { issueTokens } from './issue-tokens.ts'
import { grantFailure } from './refused-grant.ts'

export interface PasswordGrantDeps extends IssueTokensDeps {
  readonly signIn: DirectSignInDeps & Parameters<typeof checkSecondFactor>[0]
  readonly userViews: UserViewStore
  readonly transact: Transact
  readonly clock: Clock
}

/**
 * `grant_type=password` (RFC 6749 §4.3), for clients that list it. Counts, waits and second factor are those of the page:
 * who has one sends its code as `totp`, together with the password or, with the `mfa_token` of the first answer, after it.
 * The proofs are used up by the transaction that issues.
 * @throws {Problem} oauth/invalid_grant — wrong, inactive, or a code is needed; rate-limited
 */
const issueByPassword = async (deps: PasswordGrantDeps, request: TokenRequest): Promise<JsonObject> => {
  const { parameters, client } = request
  const code = codeOf(parameters)
  const mfaToken = parameters.get('mfa_token')
  if (mfaToken !== undefined) {
    if (code === undefined)
      throw oauthProblem('invalid_request', 'totp is missing; mfa_token goes with a code')
    return finishWithCode(deps, request, await permittedScopes(deps, request), mfaToken, code)
  }
  const loginName = parameters.get('username')
  const password = parameters.get('password')
  if (loginName === undefined) throw oauthProblem('invalid_request', 'username is missing')
  if (password === undefined) throw oauthProblem('invalid_request', 'password is missing')
  const scopes = await permittedScopes(deps, request)

  for (let isFirstTry = true; ; isFirstTry = false) {
    const begun = await beginDirectSignIn(deps.signIn, {
      loginName,
      password,
      origin: request.origin,
      carrierHash: carrierOf(client.id),
      isCodeGiven: code !== undefined,
    })
    switch (begun.kind) {
      case 'second-factor':
        if (code === undefined) throw codeIsNeeded(CODE_IS_NEEDED, begun.attemptToken, begun.factors)
        return finishWithCode(deps, request, scopes, begun.attemptToken, code)
      case 'finished': {
        const response = await issue(deps, request, scopes, begun.finished)
        if (response !== undefined) return response
        break
      }
      case 'changed-meanwhile':
        break
      default:
        throw refusal(begun)
    }
    // NOTE: two sign-ins at once may both have a better hash of the same password, which refuses one of them.
    if (!isFirstTry) throw refusal(await begun.refused())
  }
}

export const createPasswordGrant = (deps: PasswordGrantDeps): Grant => ({
  isAllowed: (client) => client.grantTypes.has('password'),
  isSecretRequired: (client, hasSecret) => isSecretRequired(client, hasSecret, 'password'),
  begin: () => (request) => issueByPassword(deps, request),
})

const CODE_IS_NEEDED = 'Two-factor authentication token is required'

/** Names that people give the code; two of them at once cannot both be meant. */
const codeOf = (parameters: TokenRequest['parameters']): string | undefined => {
  const totp = parameters.get('totp')
  const token = parameters.get('token')
  if (totp !== undefined && token !== undefined)
    throw oauthProblem('invalid_request', 'the code was sent as totp and as token; send it once')
  return totp ?? token
}

/** An attempt is worth nothing to another client. */
const carrierOf = (clientId: string): string => hashSecretToken(`client ${clientId}`)

const permittedScopes = async (
  deps: PasswordGrantDeps,
  request: TokenRequest,
): Promise<readonly string[]> => {
  const scopes = request.parameters.has('scope') ? askedScopes(request.parameters, request.client) : []
  if (scopes !== undefined) return scopes
  await deps.auditLog.record(grantFailure('token-issue', request, undefined, 'wider-scope'))
  throw oauthProblem('invalid_scope', 'the client may have none of these scopes')
}

const finishWithCode = async (
  deps: PasswordGrantDeps,
  request: TokenRequest,
  scopes: readonly string[],
  mfaToken: string,
  code: string,
): Promise<JsonObject> => {
  const checked = await checkSecondFactor(deps.signIn, code, {
    origin: request.origin,
    attemptToken: mfaToken,
    flowHash: carrierOf(request.client.id),
    deviceToken: undefined,
  })
  if (checked.kind !== 'right') throw await refusalOfCode(deps, request, checked, mfaToken)
  const loginName = request.parameters.get('username')
  // NOTE: RFC 6749 §4.3.2 has the name in every request; beside an attempt it may be left out, but not be somebody else's.
  if (
    loginName !== undefined &&
    (await deps.signIn.accounts.findByLoginName(loginName))?.id !== checked.finished.userId
  )
    throw oauthProblem('invalid_grant', 'mfa_token is of another user than username')
  const response = await issue(deps, request, scopes, checked.finished)
  if (response !== undefined) return response
  throw await refusalOfCode(deps, request, await checked.refused(), mfaToken)
}

/** Undefined where the transaction was refused: a proof was used up elsewhere, or the user changed meanwhile. */
const issue = async (
  deps: PasswordGrantDeps,
  { client, origin }: TokenRequest,
  scopes: readonly string[],
  finished: FinishedSignIn,
): Promise<JsonObject | undefined> => {
  const user = await deps.userViews.find(finished.userId)
  if (user === undefined) return undefined
  const issued = await issueTokens(deps, {
    client,
    flow: 'password',
    authority: { kind: 'sign-in', finished },
    scopes,
    at: deps.clock.now(),
    origin,
  })
  const outcome = await deps.transact(issued.steps)
  return outcome.kind === 'committed' ? { ...issued.response, userinfo: userInfo(user) } : undefined
}

const codeIsNeeded = (description: string, mfaToken: string, methods: readonly string[]): Problem =>
  new Problem({
    kind: 'oauth',
    error: 'invalid_grant',
    description,
    members: { mfa_required: true, mfa_token: mfaToken, methods },
  })

const refusal = (refused: PasswordRefusal): Problem => {
  switch (refused.kind) {
    case 'wrong':
      return oauthProblem('invalid_grant', 'the user name or the password is wrong')
    case 'inactive':
      return oauthProblem('invalid_grant', 'User is inactive')
    case 'throttled':
      return new Problem({ kind: 'rate-limited', retryAfterSeconds: refused.retryAfterSeconds })
    case 'disabled':
      return oauthProblem('invalid_grant', 'too many wrong answers; an administrator must unlock the account')
  }
}

const refusalOfCode = async (
  deps: PasswordGrantDeps,
  request: TokenRequest,
  refused: SecondFactorRefusal,
  mfaToken: string,
): Promise<Problem> => {
  switch (refused.kind) {
    case 'wrong':
      return codeIsNeeded('the code is wrong or was used already', mfaToken, [refused.factor.id])
    case 'blocked':
      return refusal(refused.block)
    case 'none':
    case 'over':
      await deps.auditLog.record(grantFailure('token-issue', request, undefined, 'attempt-over'))
      return oauthProblem(
        'invalid_grant',
        'mfa_token is unknown, expired or used up; send the password again',
      )
  }
}
