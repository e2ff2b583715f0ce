import { malformed } from '../../kernel/problem.ts'

/** The parameters of an authorization request that mean something to us; unknown ones are ignored (RFC 6749 §3.1). */
export const AUTHORIZATION_PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'scope',
  'state',
  'response_mode',
  'code_challenge',
  'code_challenge_method',
  'nonce',
  'prompt',
  'max_age',
  'login_hint',
  'id_token_hint',
  'acr_values',
  'claims',
  'display',
  'ui_locales',
  'claims_locales',
  'request',
  'request_uri',
  'registration',
] as const

export type AuthorizationParameter = (typeof AUTHORIZATION_PARAMETERS)[number]

/** As sent; a parameter without value counts as left out (RFC 6749 §3.1). */
export interface AuthorizationParameters {
  readonly values: ReadonlyMap<AuthorizationParameter, string>
  /** Names that came more than once, of which no value can be trusted. */
  readonly repeated: readonly AuthorizationParameter[]
}

const ALL_SET: ReadonlySet<string> = new Set(AUTHORIZATION_PARAMETERS)

/**
 * Reads the query. What decides where the browser is sent must be there once at most.
 * @throws {Problem} malformed — client_id or redirect_uri repeated
 */
export const parseAuthorizationParameters = (query: URLSearchParams): AuthorizationParameters => {
  const values = new Map<AuthorizationParameter, string>()
  const repeated = new Set<AuthorizationParameter>()
  const seen = new Set<string>()
  for (const [name, value] of query) {
    if (!isKnown(name)) continue
    if (seen.has(name)) repeated.add(name)
    seen.add(name)
    if (value !== '') values.set(name, value)
  }
  for (const name of ['client_id', 'redirect_uri'] as const)
    if (repeated.has(name)) throw malformed('sent more than once; send it once', name)
  return { values, repeated: [...repeated] }
}

const isKnown = (name: string): name is AuthorizationParameter => ALL_SET.has(name)
