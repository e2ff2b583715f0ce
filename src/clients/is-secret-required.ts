import type { Client, Flow } from './client.ts'
import { settingsOf } from './flow.ts'

/**
 * Must the client show its secret to get tokens by this flow? `secret_required` where it is set; otherwise clients that
 * have one must, unless they require PKCE. A required secret that does not exist can never be shown. Where nobody but the
 * client itself stands for the request, it always must (RFC 6749 §4.4).
 */
export const isSecretRequired = (
  client: Client,
  hasSecret: boolean,
  flow: Flow = 'authorization_code',
): boolean => {
  if (flow === 'client_credentials' || flow === 'token_exchange') return true
  const { isSecretRequired: isRequired, isPkceRequired } = settingsOf(client, flow)
  return isRequired ?? (hasSecret && isPkceRequired !== true)
}
