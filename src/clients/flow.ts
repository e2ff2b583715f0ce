import type { Client, ClientSettings, Flow, FlowSettings } from './client.ts'

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

const FLOWS: Readonly<Record<Flow, { readonly settings: keyof ClientSettings; readonly grantType: string }>> =
  {
    authorization_code: { settings: 'authorizationCode', grantType: 'authorization_code' },
    client_credentials: { settings: 'clientCredentials', grantType: 'client_credentials' },
    password: { settings: 'password', grantType: 'password' },
    implicit: { settings: 'implicit', grantType: 'implicit' },
    token_exchange: { settings: 'tokenExchange', grantType: TOKEN_EXCHANGE },
  }

/** What the client wants of the tokens of this flow. */
export const settingsOf = (client: Client, flow: Flow): FlowSettings => client.settings[FLOWS[flow].settings]

/**
 * Where answers of the code flow, hybrid types included, or of the implicit flow may go. A client that registers addresses
 * for one of them alone means them for both: OpenID Connect knows one list per client.
 */
export const redirectUrisOf = (
  { settings }: Client,
  flow: 'authorization_code' | 'implicit',
): readonly string[] => {
  const [own, other] =
    flow === 'implicit'
      ? [settings.implicit, settings.authorizationCode]
      : [settings.authorizationCode, settings.implicit]
  return own.redirectUris.length > 0 ? own.redirectUris : other.redirectUris
}

/** Whether the client lists the grant type of the flow. */
export const mayUse = (client: Client, flow: Flow): boolean => client.grantTypes.has(FLOWS[flow].grantType)

/**
 * Whether refresh tokens of the flow are worth anything to the client. It need not list `refresh_token`: that goes with
 * the flow that gives the token, and is over when that is.
 */
export const mayRefresh = (client: Client, flow: Flow): boolean =>
  client.grantTypes.has('refresh_token') ||
  (mayUse(client, flow) && settingsOf(client, flow).isRefreshTokenIssued)

export const REFRESHABLE: readonly Flow[] = [
  'authorization_code',
  'password',
  'client_credentials',
  'token_exchange',
]
