import type { Client } from '../../clients/client.ts'
import { redirectUrisOf } from '../../clients/flow.ts'
import { matchRedirectUri } from '../../clients/redirect-uri.ts'
import { permittedScopes } from '../scope.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { scopesToAllow } from './authorize-request.ts'

/** Whether nothing was taken from the client that its request was checked by. */
export const stillMayAsk = (client: Client, request: AuthorizeRequest): boolean => {
  const hasCode = request.responseWords.includes('code')
  const hasTokens = request.responseWords.some((word) => word !== 'code')
  const uris = redirectUrisOf(client, hasCode ? 'authorization_code' : 'implicit')
  const scopes = scopesToAllow(request)
  return (
    client.isActive &&
    (!hasCode || client.grantTypes.has('authorization_code')) &&
    (!hasTokens || client.grantTypes.has('implicit')) &&
    matchRedirectUri(uris, request.redirectUri).kind === 'match' &&
    permittedScopes(scopes, client.allowedScopes).length === scopes.length &&
    (!hasCode ||
      client.settings.authorizationCode.isPkceRequired !== true ||
      request.codeChallenge !== undefined)
  )
}
