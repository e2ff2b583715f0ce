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
