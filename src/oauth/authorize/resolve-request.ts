import type { ClientStore } from '../../clients/client.store.ts'
import type { Client } from '../../clients/client.ts'
import { isSecretRequired } from '../../clients/is-secret-required.ts'
import { matchRedirectUri } from '../../clients/redirect-uri.ts'
import { malformed } from '../../kernel/problem.ts'
import { parseScope, permittedScopes } from '../scope.ts'
import type { AuthorizationParameters } from './authorization-parameters.ts'
import { parseAuthorizationParameters } from './authorization-parameters.ts'
import { firstFailure } from './authorize-checks.ts'
import type { AuthorizeRequest, Prompt } from './authorize-request.ts'
import { errorLocation } from './response-location.ts'

export interface ResolveRequestDeps {
  readonly clients: ClientStore
  readonly issuer: string
}

export type ResolvedRequest =
  | { readonly kind: 'valid'; readonly request: AuthorizeRequest; readonly client: Client }
  | { readonly kind: 'error'; readonly location: string }

/**
 * Checks an authorization request: first the client and its redirect URI, then AUTHORIZE_CHECKS in order, whose errors go
 * to the client.
 * @throws {Problem} malformed — unknown client or redirect URI: the browser must not be sent anywhere (RFC 6749 §4.1.2.1)
 */
export const resolveRequest = async (
  deps: ResolveRequestDeps,
  query: URLSearchParams,
): Promise<ResolvedRequest> => {
  const parameters = parseAuthorizationParameters(query)
  const clientId = parameters.values.get('client_id')
  if (clientId === undefined)
    throw malformed('is missing; the application must send its client id', 'client_id')
  const found = await deps.clients.findWithSecretHash(clientId)
  if (found === undefined || !found.client.isActive)
    throw malformed('no application is registered under this id', 'client_id')
  const { client, secretHash } = found
  const redirectUri = redirectUriOf(client, parameters.values.get('redirect_uri'))
  const isRequired = isSecretRequired(client, secretHash !== undefined)
  const failure = firstFailure({ parameters, client, isSecretRequired: isRequired })
  if (failure !== undefined) {
    const target = { redirectUri, state: stateOf(parameters) }
    return { kind: 'error', location: errorLocation(target, failure, deps.issuer) }
  }
  return { kind: 'valid', client, request: requestOf(client, redirectUri, parameters) }
}

const redirectUriOf = (client: Client, given: string | undefined): string => {
  const match = matchRedirectUri(client.settings.authorizationCode.redirectUri, given)
  switch (match.kind) {
    case 'match':
      return match.uri
    case 'none-registered':
      throw malformed(
        'the application has no redirect URI; set auth.authorization_code.redirect_uri',
        'redirect_uri',
      )
    case 'unusable':
      throw malformed('the redirect URI of the application cannot be used; correct it', 'redirect_uri')
    case 'different':
      throw malformed('is not the registered one; both must be equal character by character', 'redirect_uri')
  }
}

const requestOf = (
  client: Client,
  redirectUri: string,
  parameters: AuthorizationParameters,
): AuthorizeRequest => {
  const { values } = parameters
  const maxAge = values.get('max_age')
  return {
    clientId: client.id,
    redirectUri,
    isRedirectUriGiven: values.has('redirect_uri'),
    state: stateOf(parameters),
    scopes: permittedScopes(parseScope(values.get('scope') ?? '') ?? [], client.allowedScopes),
    codeChallenge: values.get('code_challenge'),
    nonce: values.get('nonce'),
    prompts: (values.get('prompt')?.split(' ') ?? []) as readonly Prompt[],
    maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
    loginHint: values.get('login_hint'),
  }
}

/** Of two states neither is the client's. */
const stateOf = ({ values, repeated }: AuthorizationParameters): string | undefined =>
  repeated.includes('state') ? undefined : values.get('state')
