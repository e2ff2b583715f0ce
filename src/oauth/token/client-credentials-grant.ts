import type { Clock } from '../../kernel/clock.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Problem } from '../../kernel/problem.ts'
import { oauthProblem } from '../../kernel/problem.ts'
import type { Transact } from '../../kernel/transact.ts'
import { commit } from '../../kernel/transact.ts'
import { askedAudience, askedScopes } from './asked-of-client.ts'
import type { Grant, TokenRequest } from './grant.ts'
import type { IssueTokensDeps } from './issue-tokens.ts'
import { issueTokens } from './issue-tokens.ts'
import { grantFailure } from './refused-grant.ts'

export interface ClientCredentialsDeps extends IssueTokensDeps {
  readonly transact: Transact
  readonly clock: Clock
}

/** Scopes that mean a person: nobody signed in here. */
const OF_A_PERSON =
  /^(openid|profile|email|phone|address|groups|fhirUser|offline_access|online_access|launch(\/.*)?|(patient|user)\/.*)$/

/**
 * `grant_type=client_credentials` (RFC 6749 §4.4): a token for the client itself, never for a person. One transaction.
 * @throws {Problem} oauth/invalid_scope — of a person, or none that the client may have; oauth/invalid_target
 */
const issueToClient = async (deps: ClientCredentialsDeps, request: TokenRequest): Promise<JsonObject> => {
  const { client, origin, parameters, targets } = request
  const refuse = async (reason: string, problem: Problem): Promise<never> => {
    await deps.auditLog.record(grantFailure('token-issue', request, undefined, reason))
    throw problem
  }
  const scopes = askedScopes(parameters, client)
  if (scopes === undefined)
    return refuse(
      'wider-scope',
      oauthProblem('invalid_scope', 'the client may have none of these scopes; ask for others or for none'),
    )
  const personal = parameters.has('scope') ? scopes.find((scope) => OF_A_PERSON.test(scope)) : undefined
  if (personal !== undefined)
    return refuse(
      'scope-of-a-person',
      oauthProblem('invalid_scope', `${personal} needs a person who signs in; a client alone cannot have it`),
    )
  const audience = askedAudience(targets, client, 'client_credentials')
  if (audience === 'refused')
    return refuse(
      'other-audience',
      oauthProblem(
        'invalid_target',
        'audience must be one of auth.client_credentials.audience of the client',
      ),
    )
  const issued = await issueTokens(deps, {
    client,
    flow: 'client_credentials',
    authority: { kind: 'client' },
    scopes: scopes.filter((scope) => !OF_A_PERSON.test(scope)),
    at: deps.clock.now(),
    origin,
    ...(audience === undefined ? {} : { audience }),
  })
  await commit(deps.transact, issued.steps)
  return issued.response
}

export const createClientCredentialsGrant = (deps: ClientCredentialsDeps): Grant => ({
  isAllowed: (client) => client.grantTypes.has('client_credentials'),
  isSecretRequired: () => true,
  begin: () => (request) => issueToClient(deps, request),
})
