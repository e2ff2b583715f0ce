import type { JsonObject } from '../../kernel/json.ts'
import { PROMPTS } from '../authorize/authorize-request.ts'

export interface MetadataFacts {
  /** The public URL without trailing slash. */
  readonly issuer: string
  readonly grantTypes: readonly string[]
}

/**
 * What this server says of itself (RFC 8414 §2, RFC 9207 §3, OpenID Connect Discovery §3).
 * NOTE: only what works is in it. There is no id_token yet, so there is no word of one.
 */
export const serverMetadata = ({ issuer, grantTypes }: MetadataFacts): JsonObject => ({
  issuer,
  authorization_endpoint: `${issuer}/auth/authorize`,
  token_endpoint: `${issuer}/auth/token`,
  userinfo_endpoint: `${issuer}/auth/userinfo`,
  introspection_endpoint: `${issuer}/auth/introspect`,
  introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
  revocation_endpoint: `${issuer}/auth/revoke`,
  revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  end_session_endpoint: `${issuer}/auth/end-session`,
  backchannel_logout_supported: true,
  backchannel_logout_session_supported: true,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: grantTypes,
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  prompt_values_supported: PROMPTS,
  subject_types_supported: ['public'],
  claims_parameter_supported: false,
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
})
