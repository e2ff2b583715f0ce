import type { Client, Flow } from './client.ts'
import { hasKeys } from './client.ts'
import { settingsOf } from './flow.ts'

/**
 * Must the client prove who it is to get tokens by this flow? By its secret where `secret_required` says so; otherwise
 * clients that have one must, unless they require PKCE. Clients with keys must, also those that require PKCE. A required
 * secret that does not exist can never be shown. Where nobody but the client itself stands for the request, it always must
 * (RFC 6749 §4.4), and so must one that registered how it does.
 */
export const isSecretRequired = (
  client: Client,
  hasSecret: boolean,
  flow: Flow = 'authorization_code',
): boolean => {
  if (flow === 'client_credentials' || flow === 'token_exchange') return true
  if (client.authenticationMethod !== undefined) return client.authenticationMethod !== 'none'
  const { isSecretRequired: isRequired, isPkceRequired } = settingsOf(client, flow)
  return isRequired ?? (hasKeys(client) || (hasSecret && isPkceRequired !== true))
}
