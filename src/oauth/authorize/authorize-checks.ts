import type { Client } from '../../clients/client.ts'
import type { OAuthErrorCode } from '../../kernel/problem.ts'
import { parseScope, permittedScopes } from '../scope.ts'
import type { AuthorizationParameters } from './authorization-parameters.ts'
import { PROMPTS } from './authorize-request.ts'

/** An error that goes to the client's redirect URI (RFC 6749 §4.1.2.1). */
export interface AuthorizeError {
  readonly error: OAuthErrorCode
  readonly description: string
}

export interface AuthorizeFacts {
  readonly parameters: AuthorizationParameters
  readonly client: Client
  /** May the client redeem a code without a secret? */
  readonly isSecretRequired: boolean
}

type Check = (facts: AuthorizeFacts) => AuthorizeError | undefined

/** S256 of anything has 43 characters (RFC 7636 §4.2). */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/
const LONGEST_VALUE = 4096

const fail = (error: OAuthErrorCode, description: string): AuthorizeError => ({ error, description })

const nothingRepeated: Check = ({ parameters }) =>
  parameters.repeated[0] === undefined
    ? undefined
    : fail('invalid_request', `${parameters.repeated[0]} was sent more than once; send it once`)

const noRequestObject: Check = ({ parameters: { values } }) => {
  if (values.has('request')) return fail('request_not_supported', 'request objects are not supported')
  if (values.has('request_uri'))
    return fail('request_uri_not_supported', 'request objects by reference are not supported')
  return values.has('registration')
    ? fail('registration_not_supported', 'the registration parameter is not supported')
    : undefined
}

const responseTypeIsCode: Check = ({ parameters: { values } }) => {
  const type = values.get('response_type')
  if (type === undefined) return fail('invalid_request', 'response_type is missing; send response_type=code')
  return type === 'code' ? undefined : fail('unsupported_response_type', 'response_type must be code')
}

const clientMayUseCodes: Check = ({ client }) =>
  client.grantTypes.has('authorization_code')
    ? undefined
    : fail('unauthorized_client', 'the client does not list the grant type authorization_code')

const responseModeIsQuery: Check = ({ parameters: { values } }) =>
  ['query', undefined].includes(values.get('response_mode'))
    ? undefined
    : fail('invalid_request', 'response_mode must be query or left out')

/** RFC 7636 §4.3, §4.4.1; RFC 9700 §2.1.1. */
const pkceIsStrong: Check = (facts) => {
  const { values } = facts.parameters
  const challenge = values.get('code_challenge')
  const method = values.get('code_challenge_method')
  if (challenge === undefined) {
    if (method !== undefined) return fail('invalid_request', 'code_challenge_method needs a code_challenge')
    return isPkceRequired(facts)
      ? fail(
          'invalid_request',
          'PKCE is required of this client; send code_challenge and code_challenge_method=S256',
        )
      : undefined
  }
  // NOTE: a missing method means `plain` (§4.3), which protects nothing once the request is seen.
  if (method !== 'S256') return fail('invalid_request', 'code_challenge_method must be S256')
  return S256_CHALLENGE.test(challenge)
    ? undefined
    : fail(
        'invalid_request',
        'code_challenge must be 43 characters of base64url, the SHA-256 of the verifier',
      )
}

/** A code that anybody could redeem without a secret needs the other proof, unless the operator says `pkce: false`. */
const isPkceRequired = ({ client, isSecretRequired }: AuthorizeFacts): boolean =>
  client.settings.authorizationCode.isPkceRequired ?? !isSecretRequired

const scopeIsPermitted: Check = ({ parameters: { values }, client }) => {
  const scope = values.get('scope')
  if (scope === undefined) return undefined
  const asked = parseScope(scope)
  if (asked === undefined)
    return fail('invalid_scope', 'scope must be scopes of printable ASCII, separated by single blanks')
  return permittedScopes(asked, client.allowedScopes).length > 0
    ? undefined
    : fail('invalid_scope', 'the client may have none of these scopes')
}

const promptIsKnown: Check = ({ parameters: { values } }) => {
  const prompts = values.get('prompt')?.split(' ') ?? []
  if (!prompts.every((prompt) => PROMPTS.some((known) => known === prompt)))
    return fail('invalid_request', `prompt must be of ${PROMPTS.join(', ')}`)
  return prompts.includes('none') && prompts.length > 1
    ? fail('invalid_request', 'prompt=none cannot be combined with other values')
    : undefined
}

const maxAgeIsSeconds: Check = ({ parameters: { values } }) =>
  /^\d{1,9}$/.test(values.get('max_age') ?? '0')
    ? undefined
    : fail('invalid_request', 'max_age must be a number of seconds, digits only')

const valuesAreShort: Check = ({ parameters: { values } }) => {
  for (const [name, value] of values)
    if (value.length > LONGEST_VALUE)
      return fail('invalid_request', `${name} is longer than ${LONGEST_VALUE} characters`)
  return undefined
}

/** NOTE: the database refuses such as JSON that it cannot read, which must not end a sign-in once the code is stored. */
const nonceIsStorable: Check = ({ parameters: { values } }) =>
  values.get('nonce')?.includes('\\u')
    ? fail('invalid_request', 'nonce must not contain a backslash before u; send random letters and digits')
    : undefined

/** In order; the first that fails is the answer. A later issue adds its check here. */
export const AUTHORIZE_CHECKS: readonly Check[] = [
  nothingRepeated,
  noRequestObject,
  responseTypeIsCode,
  clientMayUseCodes,
  responseModeIsQuery,
  pkceIsStrong,
  scopeIsPermitted,
  promptIsKnown,
  maxAgeIsSeconds,
  valuesAreShort,
  nonceIsStorable,
]

/** The first check that fails, in their order, decides the answer (RFC 6749 §4.1.2.1); undefined where all pass. */
export const firstFailure = (facts: AuthorizeFacts): AuthorizeError | undefined => {
  for (const check of AUTHORIZE_CHECKS) {
    const failure = check(facts)
    if (failure !== undefined) return failure
  }
  return undefined
}
