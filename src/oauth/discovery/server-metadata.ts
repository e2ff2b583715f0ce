import { ASSERTION_ALGORITHMS, CLIENT_AUTHENTICATION_METHODS } from '../../clients/client-keys.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { ACR_VALUES } from '../../sessions/authentication-context.ts'
import { PROMPTS } from '../authorize/authorize-request.ts'
import { RESPONSE_MODES, RESPONSE_TYPES } from '../authorize/response-type.ts'
import { ID_TOKEN_CLAIMS } from '../id-token/make-id-token.ts'
import { CLAIMS_OF_SCOPE, STANDARD_CLAIMS } from '../id-token/standard-claims.ts'
import { SIGNING_ALGORITHMS } from '../keys/signing-algorithm.ts'

/** Where a client must prove who it is. */
const PROVING_METHODS = CLIENT_AUTHENTICATION_METHODS.filter((method) => method !== 'none')

export interface MetadataFacts {
  /** The public URL without trailing slash. */
  readonly issuer: string
  readonly grantTypes: readonly string[]
}

/**
 * What this server says of itself (RFC 8414 §2, RFC 9207 §3, OpenID Connect Discovery §3).
 * NOTE: only what works is in it.
 */
export const serverMetadata = ({ issuer, grantTypes }: MetadataFacts): JsonObject => ({
  issuer,
  authorization_endpoint: `${issuer}/auth/authorize`,
  token_endpoint: `${issuer}/auth/token`,
  userinfo_endpoint: `${issuer}/auth/userinfo`,
  introspection_endpoint: `${issuer}/auth/introspect`,
  introspection_endpoint_auth_methods_supported: PROVING_METHODS,
  introspection_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
  revocation_endpoint: `${issuer}/auth/revoke`,
  revocation_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION_METHODS,
  revocation_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
  end_session_endpoint: `${issuer}/auth/end-session`,
  backchannel_logout_supported: true,
  backchannel_logout_session_supported: true,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  response_types_supported: RESPONSE_TYPES,
  response_modes_supported: RESPONSE_MODES,
  // NOTE: the implicit grant never meets the token endpoint.
  grant_types_supported: [...grantTypes, 'implicit'],
  id_token_signing_alg_values_supported: SIGNING_ALGORITHMS,
  acr_values_supported: ACR_VALUES,
  token_endpoint_auth_methods_supported: CLIENT_AUTHENTICATION_METHODS,
  token_endpoint_auth_signing_alg_values_supported: ASSERTION_ALGORITHMS,
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  prompt_values_supported: PROMPTS,
  subject_types_supported: ['public'],
  scopes_supported: ['openid', ...Object.keys(CLAIMS_OF_SCOPE), 'offline_access'],
  claim_types_supported: ['normal'],
  claims_supported: [...ID_TOKEN_CLAIMS, ...STANDARD_CLAIMS],
  claims_parameter_supported: true,
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
})
