import type { Client } from './client.ts'

/**
 * Must the client show its secret to get tokens? `secret_required` where it is set; otherwise clients that have one
 * must, unless they require PKCE. A required secret that does not exist can never be shown.
 */
export const isSecretRequired = (client: Client, hasSecret: boolean): boolean => {
  const { isSecretRequired: isRequired, isPkceRequired } = client.authorizationCode
  return isRequired ?? (hasSecret && isPkceRequired !== true)
}
