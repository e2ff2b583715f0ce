import type { Client } from '../../clients/client.ts'
import type { OAuthErrorCode } from '../../kernel/problem.ts'
import { parseScope, permittedScopes } from '../scope.ts'
import type { AuthorizationParameters } from './authorization-parameters.ts'
import { PROMPTS } from './authorize-request.ts'
import { acrRequestOf, parseClaims } from './claims-parameter.ts'
import { asksForTokens, isImplicit, modeFault, parseResponseType } from './response-type.ts'

/** An error that goes to the client's redirect URI (RFC 6749 §4.1.2.1). */
export interface AuthorizeError {
  readonly error: OAuthErrorCode
  readonly description: string
  /** For the audit log, where there is more to say than the error. */
  readonly reason?: string
}

export interface AuthorizeFacts {
  readonly parameters: AuthorizationParameters
  readonly client: Client
  /** Compared with the registered ones already. */
  readonly redirectUri: string
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

const responseTypeIsKnown: Check = ({ parameters: { values } }) => {
  const type = values.get('response_type')
  if (type === undefined) return fail('invalid_request', 'response_type is missing; send response_type=code')
  return parseResponseType(type) === undefined
    ? fail('unsupported_response_type', 'response_type must be of code, token and id_token')
    : undefined
}

const clientMayUseType: Check = ({ parameters: { values }, client }) => {
  const type = values.get('response_type')
  if (!isImplicit(type) && !client.grantTypes.has('authorization_code'))
    return fail('unauthorized_client', 'the client does not list the grant type authorization_code')
  return asksForTokens(type) && !client.grantTypes.has('implicit')
    ? fail('unauthorized_client', 'the client does not list the grant type implicit')
    : undefined
}

const responseModeFits: Check = ({ parameters: { values }, redirectUri }) => {
  const fault = modeFault(values.get('response_mode'), values.get('response_type'), redirectUri)
  return fault === undefined ? undefined : fail('invalid_request', fault)
}

/** OpenID Connect Core §3.2.2.1, §3.3.2.11: an ID token that comes through the browser could be another's without it. */
const idTokenIsForThisRequest: Check = ({ parameters: { values }, client }) => {
  if (parseResponseType(values.get('response_type') ?? '')?.includes('id_token') !== true) return undefined
  const scopes = permittedScopes(parseScope(values.get('scope') ?? '') ?? [], client.allowedScopes)
  if (!scopes.includes('openid')) return fail('invalid_request', 'an ID token needs the scope openid')
  return values.has('nonce') ? undefined : fail('invalid_request', 'nonce is missing; an ID token needs one')
}

/** RFC 7636 §4.3, §4.4.1; RFC 9700 §2.1.1. */
const pkceIsStrong: Check = (facts) => {
  const { values } = facts.parameters
  if (isImplicit(values.get('response_type'))) return undefined
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

const claimsAreClaims: Check = ({ parameters: { values } }) => {
  const text = values.get('claims')
  const claims = text === undefined ? undefined : parseClaims(text)
  if (claims === undefined)
    return text === undefined
      ? undefined
      : fail('invalid_request', 'claims must be a JSON object with userinfo and id_token, each of claims')
  return claims.acr?.isEssential === true && acrRequestOf(claims, undefined) === undefined
    ? fail('unmet_authentication_requirements', 'nobody can sign in here in a way of these acr values')
    : undefined
}

const valuesAreShort: Check = ({ parameters: { values } }) => {
  // NOTE: how long an ID token is, we decide; the request as a whole is bounded.
  for (const [name, value] of values)
    if (value.length > LONGEST_VALUE && name !== 'id_token_hint')
      return fail('invalid_request', `${name} is longer than ${LONGEST_VALUE} characters`)
  return undefined
}

/** What an answer by form carries besides its tokens: the browser brings all of it in one address line. */
const LONGEST_FORM_POST_BYTES = 3000

const formPostFits: Check = ({ parameters: { values } }) => {
  if (values.get('response_mode') !== 'form_post') return undefined
  const carried = `${values.get('state') ?? ''}${values.get('nonce') ?? ''}`
  return Buffer.byteLength(carried) <= LONGEST_FORM_POST_BYTES
    ? undefined
    : fail(
        'invalid_request',
        `state and nonce are longer than ${LONGEST_FORM_POST_BYTES} bytes, too long for response_mode=form_post`,
      )
}

/** NOTE: the database refuses such as JSON that it cannot read, which must not end a sign-in once the code is stored. */
const nonceIsStorable: Check = ({ parameters: { values } }) =>
  /^[{[].*\\u/s.test(values.get('nonce') ?? '')
    ? fail('invalid_request', 'nonce must not be JSON with escapes; send random letters and digits')
    : undefined

/** In order; the first that fails is the answer. A later issue adds its check here. */
export const AUTHORIZE_CHECKS: readonly Check[] = [
  nothingRepeated,
  noRequestObject,
  responseTypeIsKnown,
  clientMayUseType,
  responseModeFits,
  pkceIsStrong,
  scopeIsPermitted,
  idTokenIsForThisRequest,
  promptIsKnown,
  maxAgeIsSeconds,
  valuesAreShort,
  formPostFits,
  claimsAreClaims,
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
