import type { Client } from '../../clients/client.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Problem } from '../../kernel/problem.ts'
import { oauthProblem } from '../../kernel/problem.ts'
import type { Transact } from '../../kernel/transact.ts'
import type { VerifiedSubject, VerifySubjectDeps } from '../introspector/verify-subject-token.ts'
import { verifySubjectToken } from '../introspector/verify-subject-token.ts'
import { isWithin, parseScope, permittedScopes } from '../scope.ts'
import { askedAudience } from './asked-of-client.ts'
import type { Grant, TokenRequest } from './grant.ts'
import type { IssueTokensDeps } from './issue-tokens.ts'
import { issueTokens } from './issue-tokens.ts'
import { grantFailure } from './refused-grant.ts'

export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

export interface TokenExchangeDeps extends IssueTokensDeps {
  readonly subjects: VerifySubjectDeps
  readonly transact: Transact
  readonly clock: Clock
}

/** RFC 8693 §3. */
const TYPE = 'urn:ietf:params:oauth:token-type:'
const SUBJECT_TYPES: ReadonlyMap<string, 'jwt' | 'access_token'> = new Map([
  [`${TYPE}jwt`, 'jwt'],
  [`${TYPE}access_token`, 'access_token'],
])
const LONGEST_TOKEN = 40_000

/**
 * Token exchange (RFC 8693): a token of ours for a user whom another issuer vouches for. Nobody signs in here, so no
 * second factor is asked for: whom the operator lets vouch is believed. The scope never grows beyond the subject token's.
 * @throws {Problem} oauth/invalid_request — the subject token is not acceptable (§2.2.2); invalid_scope; invalid_target
 */
const exchange = async (deps: TokenExchangeDeps, request: TokenRequest): Promise<JsonObject> => {
  const { client, origin, parameters, targets } = request
  const refuse = async (reason: string, problem: Problem): Promise<never> => {
    await deps.auditLog.record(grantFailure('token-issue', request, undefined, reason))
    throw problem
  }
  const { token, type } = readSubject(request)
  const requestedType = readRequestedType(parameters, client)
  const audience = askedAudience(targets, client, 'token_exchange')
  if (audience === 'refused')
    return refuse(
      'other-audience',
      oauthProblem('invalid_target', 'audience must be one of auth.token_exchange.audience of the client'),
    )
  const verdict = await verifySubjectToken(deps.subjects, client, token, type)
  if (verdict.kind === 'refused')
    return refuse(
      verdict.reason,
      verdict.reason === 'inactive'
        ? oauthProblem('invalid_grant', verdict.description)
        : oauthProblem('invalid_request', `subject_token ${verdict.description}`),
    )
  const { subject } = verdict
  const scopes = scopesOf(parameters, client, subject)
  if (scopes === undefined)
    return refuse(
      'wider-scope',
      oauthProblem(
        'invalid_scope',
        'scope may only name what the client and the subject token both may have',
      ),
    )
  const issued = await issueTokens(deps, {
    client,
    flow: 'token_exchange',
    authority: { kind: 'subject-token', subject },
    scopes,
    at: deps.clock.now(),
    origin,
    ...(audience === undefined ? {} : { audience }),
  })
  const outcome = await deps.transact(issued.steps)
  if (outcome.kind === 'refused') return refuse('inactive', oauthProblem('invalid_grant', 'User is inactive'))
  return { ...issued.response, issued_token_type: requestedType }
}

export const createTokenExchangeGrant = (deps: TokenExchangeDeps): Grant => ({
  isAllowed: (client) => client.grantTypes.has(TOKEN_EXCHANGE),
  isSecretRequired: () => true,
  begin: () => (request) => exchange(deps, request),
})

const readSubject = ({
  parameters,
  targets,
}: TokenRequest): { readonly token: string; readonly type: 'jwt' | 'access_token' } => {
  const token = parameters.get('subject_token')
  const given = parameters.get('subject_token_type')
  if (token === undefined) throw oauthProblem('invalid_request', 'subject_token is missing')
  if (given === undefined) throw oauthProblem('invalid_request', 'subject_token_type is missing')
  if (token.length > LONGEST_TOKEN) throw oauthProblem('invalid_request', 'subject_token is too long')
  const type = SUBJECT_TYPES.get(given)
  if (type === undefined)
    throw oauthProblem(
      'invalid_request',
      `subject_token_type must be ${[...SUBJECT_TYPES.keys()].join(' or ')}`,
    )
  for (const name of ['actor_token', 'actor_token_type'])
    if (parameters.has(name))
      throw oauthProblem('invalid_request', `${name} is not supported: nobody acts for somebody else here`)
  if (targets.resource.length > 0)
    throw oauthProblem('invalid_target', 'resource is not supported; use audience')
  return { token, type }
}

/** NOTE: what the client is set to decides on the format; a JWT that it would not get cannot be asked for. */
const readRequestedType = (parameters: TokenRequest['parameters'], client: Client): string => {
  const asked = parameters.get('requested_token_type') ?? `${TYPE}access_token`
  const isJwt = client.settings.tokenExchange.tokenFormat === 'jwt'
  if (asked === `${TYPE}access_token` || (asked === `${TYPE}jwt` && isJwt)) return asked
  throw oauthProblem(
    'invalid_request',
    `requested_token_type must be ${TYPE}access_token${isJwt ? ` or ${TYPE}jwt` : ''}`,
  )
}

/** No gain (RFC 8693 §5): of a token that names no scope nothing but what the operator listed for the client. */
const scopesOf = (
  parameters: TokenRequest['parameters'],
  client: Client,
  subject: VerifiedSubject,
): readonly string[] | undefined => {
  const most =
    subject.scopes === undefined
      ? (client.allowedScopes ?? [])
      : permittedScopes(subject.scopes, client.allowedScopes)
  const scope = parameters.get('scope')
  if (scope === undefined) return most
  const asked = parseScope(scope)
  if (asked === undefined) return undefined
  return (
    subject.scopes === undefined
      ? permittedScopes(asked, most).length === asked.length
      : isWithin(asked, most)
  )
    ? asked
    : undefined
}
