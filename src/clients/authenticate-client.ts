import type { RequestOrigin } from '../kernel/request-origin.ts'
import type { ClientStore } from './client.store.ts'
import type { Client } from './client.ts'
import type { ClientAuthenticationMethod } from './client-keys.ts'
import type { ClientSecretDeps } from './client-secret.ts'
import { verifyClientSecret } from './client-secret.ts'
import type { ClientSuspicion } from './client-suspicion.ts'

export interface AuthenticateClientDeps {
  readonly clients: ClientStore
  readonly secrets: ClientSecretDeps
  readonly suspicion: ClientSuspicion
}

export type ClientAuthentication =
  | { readonly kind: 'authenticated'; readonly client: Client }
  /** What is wrong is in the audit log; the outside is told nothing. */
  | { readonly kind: 'refused' }

/** `secrets`: what was presented may be read in more than one way; any right reading is right. */
export type AuthenticateClient = (
  clientId: string,
  secrets: string | readonly string[],
  origin: RequestOrigin,
  method?: ClientAuthenticationMethod,
) => Promise<ClientAuthentication>

/**
 * Checks a client's secret, for the OAuth endpoints and for Basic credentials anywhere. Wrong ones are counted per
 * network, and a client that says who it is in another way cannot use one.
 * @throws {Problem} rate-limited; unavailable
 */
export const createAuthenticateClient = ({
  clients,
  secrets: secretDeps,
  suspicion,
}: AuthenticateClientDeps): AuthenticateClient => {
  const refuse = async (
    clientId: string | undefined,
    reason: string,
    origin: RequestOrigin,
  ): Promise<ClientAuthentication> => {
    await suspicion.countWrong(clientId, reason, origin)
    return { kind: 'refused' }
  }

  return async (clientId, secrets, origin, method = 'client_secret_basic') => {
    await suspicion.requireBudget(origin)
    const found = await clients.findWithSecretHash(clientId)
    if (found === undefined) return refuse(undefined, 'unknown-client', origin)
    const { client, secretHash } = found
    if (secretHash === undefined) return refuse(clientId, 'no-secret', origin)
    for (const secret of new Set(typeof secrets === 'string' ? [secrets] : secrets)) {
      if (!(await verifyClientSecret(secretDeps, clientId, secretHash, secret))) continue
      suspicion.requireSomeLeft(origin)
      if (!client.isActive) return refuse(clientId, 'inactive-client', origin)
      if ((client.authenticationMethod ?? method) !== method) return refuse(clientId, 'other-method', origin)
      return { kind: 'authenticated', client }
    }
    return refuse(clientId, 'wrong-secret', origin)
  }
}
