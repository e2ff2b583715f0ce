import type { ClientStore } from '../../clients/client.store.ts'
import type { Client } from '../../clients/client.ts'
import { redirectUrisOf, settingsOf } from '../../clients/flow.ts'
import { isSecretRequired } from '../../clients/is-secret-required.ts'
import { matchRedirectUri } from '../../clients/redirect-uri.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Problem } from '../../kernel/problem.ts'
import { malformed } from '../../kernel/problem.ts'
import { ownIdToken } from '../id-token/own-id-token.ts'
import { scopesOfClaim } from '../id-token/standard-claims.ts'
import { parseScope, permittedScopes } from '../scope.ts'
import type { AuthorizationParameters } from './authorization-parameters.ts'
import { parseAuthorizationParameters } from './authorization-parameters.ts'
import type { AuthorizeError } from './authorize-checks.ts'
import { firstFailure } from './authorize-checks.ts'
import type { AuthorizeRequest, Prompt } from './authorize-request.ts'
import { acrRequestOf, NO_CLAIMS, parseClaims } from './claims-parameter.ts'
import type { ResponseTarget } from './respond.ts'
import type { ResponseMode, ResponseWord } from './response-type.ts'
import { defaultMode, isImplicit, modeFault, parseResponseType } from './response-type.ts'

export interface ResolveRequestDeps {
  readonly clients: ClientStore
  readonly issuer: string
  /** The claims of a JWT that one of our keys signed, expired or not. */
  readonly verifyOwnJwt: (jwt: string) => Promise<JsonObject | undefined>
}

export type ResolvedRequest =
  | { readonly kind: 'valid'; readonly request: AuthorizeRequest; readonly client: Client }
  | {
      readonly kind: 'error'
      readonly target: ResponseTarget
      readonly error: AuthorizeError
      readonly client: Client
    }
  /** The browser must not be sent anywhere (RFC 6749 §4.1.2.1). */
  | { readonly kind: 'foreign-redirect-uri'; readonly problem: Problem; readonly client: Client }

/**
 * Checks an authorization request: first the client and its redirect URI, then AUTHORIZE_CHECKS in order, whose errors go
 * to the client.
 * @throws {Problem} malformed — unknown client, or none of its redirect URIs is meant (RFC 6749 §4.1.2.1)
 */
export const resolveRequest = async (
  deps: ResolveRequestDeps,
  query: URLSearchParams,
): Promise<ResolvedRequest> => {
  const parameters = parseAuthorizationParameters(query)
  const { values } = parameters
  const clientId = values.get('client_id')
  if (clientId === undefined)
    throw malformed('is missing; the application must send its client id', 'client_id')
  const found = await deps.clients.findWithSecretHash(clientId)
  if (found === undefined || !found.client.isActive)
    throw malformed('no application is registered under this id', 'client_id')
  const { client, secretHash } = found
  const redirectUri = redirectUriOf(client, values.get('response_type'), values.get('redirect_uri'))
  if (redirectUri === undefined) return { kind: 'foreign-redirect-uri', problem: foreignUri(), client }
  const target = { redirectUri, responseMode: modeOf(parameters, redirectUri), state: stateOf(parameters) }
  const isRequired = isSecretRequired(client, secretHash !== undefined)
  const failure = firstFailure({ parameters, client, redirectUri, isSecretRequired: isRequired })
  if (failure !== undefined) return { kind: 'error', target, error: failure, client }
  const request = requestOf(client, target, parameters, isRequired)
  const hint = values.get('id_token_hint')
  if (hint === undefined) return { kind: 'valid', client, request }
  const userId = userOfHint(await deps.verifyOwnJwt(hint), deps.issuer, client.id)
  if (userId === undefined || (request.userId !== undefined && request.userId !== userId))
    return { kind: 'error', target, error: WRONG_HINT, client }
  return { kind: 'valid', client, request: { ...request, userId, loginHint: request.loginHint ?? userId } }
}

const WRONG_HINT: AuthorizeError = {
  error: 'invalid_request',
  reason: 'wrong-id-token-hint',
  description: 'id_token_hint must be an ID token that this client got from here, about the person asked for',
}

/** OpenID Connect Core §3.1.2.1: also of one that has expired. */
const userOfHint = (claims: JsonObject | undefined, issuer: string, clientId: string): string | undefined => {
  const hint = ownIdToken(claims, issuer)
  return hint?.clientId === clientId ? hint.userId : undefined
}

const foreignUri = (): Problem =>
  malformed('is not the registered one; both must be equal character by character', 'redirect_uri')

/** Undefined for one that is not registered. */
const redirectUriOf = (
  client: Client,
  type: string | undefined,
  given: string | undefined,
): string | undefined => {
  const flow = isImplicit(type) ? 'implicit' : 'authorization_code'
  const match = matchRedirectUri(redirectUrisOf(client, flow), given)
  switch (match.kind) {
    case 'match':
      return match.uri
    case 'none-registered':
      throw malformed(
        'the application has no redirect URI; set auth.authorization_code.redirect_uri',
        'redirect_uri',
      )
    case 'several-registered':
      throw malformed(
        'is missing; the application has several, it must send the one it means',
        'redirect_uri',
      )
    case 'unusable':
      throw malformed('the redirect URI of the application cannot be used; correct it', 'redirect_uri')
    case 'different':
      return undefined
  }
}

/** As asked for where that is possible; an error about it goes the usual way. */
const modeOf = ({ values }: AuthorizationParameters, redirectUri: string): ResponseMode => {
  const type = values.get('response_type')
  const asked = values.get('response_mode')
  return asked === undefined || modeFault(asked, type, redirectUri) !== undefined
    ? defaultMode(type)
    : (asked as ResponseMode)
}

const requestOf = (
  client: Client,
  target: ResponseTarget,
  parameters: AuthorizationParameters,
  isSecretRequired: boolean,
): AuthorizeRequest => {
  const { values } = parameters
  const maxAge = values.get('max_age')
  const responseWords = parseResponseType(values.get('response_type') ?? '') ?? []
  const scopes = permittedScopes(parseScope(values.get('scope') ?? '') ?? [], client.allowedScopes)
  const isOpenid = scopes.includes('openid')
  const claims = (isOpenid ? parseClaims(values.get('claims') ?? '{}') : undefined) ?? NO_CLAIMS
  const mayHave = (name: string): boolean =>
    permittedScopes(scopesOfClaim(name), client.allowedScopes).length > 0
  // NOTE: a promise of it without a token for it would be none (OpenID Connect Core §11).
  const isOffline =
    responseWords.includes('code') && settingsOf(client, 'authorization_code').isRefreshTokenIssued
  return {
    ...target,
    clientId: client.id,
    isRedirectUriGiven: values.has('redirect_uri'),
    isClientAssured: isAssured(target, responseWords, isSecretRequired),
    responseWords,
    scopes: isOffline ? scopes : scopes.filter((scope) => scope !== 'offline_access'),
    codeChallenge: responseWords.includes('code') ? values.get('code_challenge') : undefined,
    nonce: values.get('nonce'),
    prompts: (values.get('prompt')?.split(' ') ?? []) as readonly Prompt[],
    maxAgeSeconds: maxAge === undefined ? undefined : Number(maxAge),
    loginHint: values.get('login_hint') ?? claims.sub,
    requestedClaims: {
      idToken: claims.idToken.filter(mayHave),
      userinfo: claims.userinfo.filter(mayHave),
    },
    acr: isOpenid ? acrRequestOf(claims, values.get('acr_values')) : undefined,
    userId: claims.sub,
  }
}

/**
 * Only the owner of its host gets what goes to an https address. What goes to a scheme or a port of the person's own machine
 * any program there may take (RFC 8252 §8.6); a code is of no use to it where its client must prove who it is.
 */
const isAssured = (
  { redirectUri }: ResponseTarget,
  responseWords: readonly ResponseWord[],
  isSecretRequired: boolean,
): boolean =>
  /^https:/i.test(redirectUri) || (isSecretRequired && responseWords.every((word) => word === 'code'))

/** Of two states neither is the client's. */
const stateOf = ({ values, repeated }: AuthorizationParameters): string | undefined =>
  repeated.includes('state') ? undefined : values.get('state')
