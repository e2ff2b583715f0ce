import type { Flow } from '../../clients/client.ts'
import { isSecretRequired } from '../../clients/is-secret-required.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { oauthProblem } from '../../kernel/problem.ts'
import type { RequestOrigin } from '../../kernel/request-origin.ts'
import { readClientCredentials } from './client-credentials.ts'
import type { Grant, TokenRequest } from './grant.ts'
import type { IdentifyClientDeps } from './identify-client.ts'
import { identifyClient } from './identify-client.ts'

export interface TokenEndpointDeps extends IdentifyClientDeps {
  /** By grant_type. */
  readonly grants: ReadonlyMap<string, Grant>
}

export interface TokenCall {
  readonly authorization: string | undefined
  readonly parameters: ReadonlyMap<string, string>
  readonly targets: TokenRequest['targets']
  readonly origin: RequestOrigin
  readonly arrivedAt: Date
  /** Told once the client has proven who it is. */
  readonly identified: (clientId: string) => void
}

/**
 * Answers a token request: the client first, then its grant (RFC 6749 §3.2, §5).
 * @throws {Problem} oauth — with the code of §5.2; rate-limited; unavailable
 */
export const answerTokenRequest = async (deps: TokenEndpointDeps, call: TokenCall): Promise<JsonObject> => {
  const { parameters, targets, origin, arrivedAt } = call
  const type = parameters.get('grant_type')
  if (type === undefined)
    throw oauthProblem('invalid_request', `grant_type is missing; send ${supported(deps)}`)
  const credentials = readClientCredentials(call.authorization, parameters)
  const grant = deps.grants.get(type)
  const finish = grant?.begin(parameters)
  const identified = await identifyClient(
    deps,
    credentials,
    origin,
    grant?.isSecretRequired ?? isSecretRequired,
    FLOW_OF_ASSERTIONS.get(type),
  )
  const { client } = identified
  call.identified(client.id)
  if (grant === undefined || finish === undefined)
    throw oauthProblem('unsupported_grant_type', `grant_type must be ${supported(deps)}`)
  if (!grant.isAllowed(client))
    throw oauthProblem('unauthorized_client', `the client may not use the grant type ${type}`)
  return finish({ ...identified, parameters, targets, origin, arrivedAt })
}

/** Whose settings name `client_assertion_types`. */
const FLOW_OF_ASSERTIONS: ReadonlyMap<string, Flow> = new Map([
  ['authorization_code', 'authorization_code'],
  ['client_credentials', 'client_credentials'],
])

const supported = ({ grants }: TokenEndpointDeps): string => [...grants.keys()].join(' or ')
