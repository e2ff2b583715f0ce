import type { ClientStore } from '../../clients/client.store.ts'
import type { Client } from '../../clients/client.ts'
import type { JsonObject } from '../../kernel/json.ts'
import { malformed } from '../../kernel/problem.ts'
import type { BrowserSession } from '../../sessions/session.ts'
import { ownIdToken } from '../id-token/own-id-token.ts'

export interface EndSessionDeps {
  readonly clients: Pick<ClientStore, 'find'>
  /** The claims of a JWT of ours, however old. */
  readonly verifyOwnJwt: (jwt: string) => Promise<JsonObject | undefined>
  readonly issuer: string
}

export interface EndSessionRequest {
  readonly idTokenHint: string | undefined
  readonly clientId: string | undefined
  readonly postLogoutRedirectUri: string | undefined
  readonly state: string | undefined
}

export interface EndSession {
  readonly client: Client | undefined
  /** Where the browser goes afterwards, `state` included; undefined: to our own page. */
  readonly location: string | undefined
  /** The application showed that it knows this very person: no question is needed. */
  readonly isExpected: boolean
}

/**
 * Checks what an application asks who signs its person out (OpenID Connect RP-Initiated Logout 1.0 §2, §3). The browser is
 * sent only to an address that the client registered for it, character by character.
 * @throws {Problem} malformed — a hint that is not ours, another client than the hint's, an address that is not registered
 */
export const resolveEndSession = async (
  deps: EndSessionDeps,
  request: EndSessionRequest,
  session: BrowserSession | undefined,
): Promise<EndSession> => {
  const hint = request.idTokenHint === undefined ? undefined : await readHint(deps, request.idTokenHint)
  if (hint !== undefined && request.clientId !== undefined && request.clientId !== hint.clientId)
    throw malformed('is not the application that the id_token_hint was made for', 'client_id')
  const clientId = hint?.clientId ?? request.clientId
  const client = clientId === undefined ? undefined : await deps.clients.find(clientId)
  if (clientId !== undefined && client?.isActive !== true)
    throw malformed('no application is registered under this id', 'client_id')
  return {
    client,
    location: locationOf(request, client),
    isExpected: hint !== undefined && (session === undefined || hint.userId === session.userId),
  }
}

const readHint = async (deps: EndSessionDeps, jwt: string) => {
  const hint = ownIdToken(await deps.verifyOwnJwt(jwt), deps.issuer)
  if (hint === undefined) throw malformed('is not an ID token of this server', 'id_token_hint')
  return hint
}

const locationOf = (
  { postLogoutRedirectUri: uri, state }: EndSessionRequest,
  client: Client | undefined,
): string | undefined => {
  if (uri === undefined) return undefined
  // NOTE: without a client nobody vouches for the address.
  if (client === undefined)
    throw malformed('needs an id_token_hint or a client_id beside it', 'post_logout_redirect_uri')
  if (!client.postLogoutRedirectUris.includes(uri))
    throw malformed(
      'is not one that the application registered; both must be equal character by character',
      'post_logout_redirect_uri',
    )
  if (state === undefined) return uri
  const [address = '', fragment] = uri.split('#', 2)
  const joined = `${address}${address.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`
  return fragment === undefined ? joined : `${joined}#${fragment}`
}
